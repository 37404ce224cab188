// Package audit stands in for github.com/krakend/krakend-audit, which cannot be
// had from the Go module proxy. It offers what krakend-cobra refers to, and
// finds nothing to recommend.
package audit

import "github.com/luraproject/lura/v2/config"

// The severities of a recommendation.
const (
	SeverityCritical = "CRITICAL"
	SeverityHigh     = "HIGH"
	SeverityMedium   = "MEDIUM"
	SeverityLow      = "LOW"
)

// Recommendation is one finding of an audit.
type Recommendation struct {
	Rule     string
	Severity string
	Message  string
}

// AuditResult holds the findings of an audit.
type AuditResult struct {
	Recommendations []Recommendation
}

// Audit has no rules, so it has no findings.
func Audit(_ *config.ServiceConfig, _, _ []string) (AuditResult, error) {
	return AuditResult{}, nil
}
