module github.com/krakend/krakend-audit

go 1.25

require github.com/luraproject/lura/v2 v2.13.0
