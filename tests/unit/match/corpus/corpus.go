// Writes corpus.json: which paths Go's own globs and regular expressions match.
//
//	go run corpus.go > corpus.json && deno fmt corpus.json
package main

import (
	"fmt"
	"math/rand"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	patterns  = 500 // of each kind
	malformed = 70  // at most, of these
)

var names = []string{"a", "b", "ab", "ba", "aab", "a.c", ".a", "A", "a-b", "^", "!a", "[a]", "*", "a b", "\u00e9", "7", "_", "a,b", "{a}", "a\\b"}

var globPieces = strings.Split(`a b c . - ^ ! / 7 A * * * ** ? ? [ab] [^a] [^/] [a-c] [!a] [.-0] [b-a] [^b-a] [a^] [\]] [\^a] [a\-c] \* \a \\ { } , ( ) | + @( [ ] \ [] [^] [a- [a-] [[:alpha:]]`, " ")

var regexPieces = strings.Split(`a b c . - / 7 A a* b+ .* .? a?? (a|b) (?:ab)+ (a ) ^ $ | \b \B \A \z [^a] [a-c] [^/] []a] [a-] \. \/ \d \w \W \s \pL \p{Lu} \PL [[:alpha:]] [[:^alpha:]] \Q.\E {2} {1,} {,2} (?i) (?i:A) (?s) (?m) (?U) \x61 \_ \y * +? (?P<n>a) (?=a) \1 [ ] \ (?x)`, " ")

func main() {
	random := rand.New(rand.NewSource(1))
	paths := makePaths(random)
	fmt.Printf("{\n\"paths\": %s,\n", quote(paths...))
	write(random, "globs", globPieces, paths, func(glob string) (func(string) bool, error) {
		// Of a malformed glob, filepath.Match notices only the part that it comes to.
		_, err := path.Match(glob, "")
		return func(name string) bool { ok, _ := filepath.Match(glob, name); return ok }, err
	})
	fmt.Println(",")
	write(random, "regexes", regexPieces, paths, func(regex string) (func(string) bool, error) {
		compiled, err := regexp.Compile(regex)
		if err != nil {
			return nil, err
		}
		return compiled.MatchString, nil
	})
	fmt.Println("\n}")
}

// Each pattern with a hexadecimal number: bit i is set if it matches path i. "-" stands for a malformed one.
func write(random *rand.Rand, title string, pieces, paths []string, compile func(string) (func(string) bool, error)) {
	fmt.Printf("%q: [", title)
	seen := map[string]bool{}
	errors := 0
	for len(seen) < patterns {
		pattern := makePattern(random, pieces, paths)
		// A known difference: re2js refuses two groups with the same name.
		if strings.Count(pattern, "(?P<n>") > 1 {
			continue
		}
		matches, err := compile(pattern)
		bits := "-"
		if err == nil {
			var sum uint64
			for i, it := range paths {
				if matches(it) {
					sum |= 1 << i
				}
			}
			bits = fmt.Sprintf("%x", sum)
		}
		// Of those that match nothing, or that are malformed, some are enough.
		if seen[pattern] || bits == "0" && random.Intn(20) > 0 || bits == "-" && errors == malformed {
			continue
		}
		if bits == "-" {
			errors++
		}
		if len(seen) > 0 {
			fmt.Print(",")
		}
		seen[pattern] = true
		fmt.Printf("\n%s", quote(pattern, bits))
	}
	fmt.Print("\n]")
}

// Pieces alone, or in a path in the place of some of its characters, so that many match.
func makePattern(random *rand.Rand, pieces, paths []string) string {
	pattern := ""
	if random.Intn(3) == 0 {
		for n := 1 + random.Intn(5); n > 0; n-- {
			pattern += pieces[random.Intn(len(pieces))]
		}
		return pattern
	}
	skip := 0
	for _, character := range paths[random.Intn(len(paths))] {
		if skip--; skip >= 0 {
			continue
		}
		switch random.Intn(4) {
		case 0:
			pattern += pieces[random.Intn(len(pieces))]
		case 1:
			pattern += "*"
			skip = random.Intn(4)
		default:
			pattern += string(character)
		}
	}
	return pattern
}

// Paths as a filter gets them: no "//", no "/" at the start, of a folder one at the end.
func makePaths(random *rand.Rand) []string {
	seen := map[string]bool{}
	var paths []string
	for len(paths) < 60 {
		var parts []string
		for n := 1 + random.Intn(3); n > 0; n-- {
			parts = append(parts, names[random.Intn(len(names))])
		}
		name := strings.Join(parts, "/")
		if random.Intn(4) == 0 {
			name += "/"
		}
		if !seen[name] {
			seen[name] = true
			paths = append(paths, name)
		}
	}
	return paths
}

func quote(texts ...string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	return "[" + strings.Join(quoted, ",") + "]"
}
