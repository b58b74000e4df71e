package lint

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words splits a name in snake or camel case into its words, in lower case: totalUSD and total_usd are total and usd.
// Digits belong to the word before them.
func words(name string) []string {
	var list []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			list = append(list, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	letters := []rune(name)
	for i, r := range letters {
		switch {
		case r == '_' || r == '-':
			end()
			continue
		case unicode.IsUpper(r) && i > 0:
			after := i+1 < len(letters) && unicode.IsLower(letters[i+1])
			if !unicode.IsUpper(letters[i-1]) || after {
				end()
			}
		}
		word = append(word, r)
	}
	end()
	return list
}

// isPascal reports whether a name is in PascalCase.
func isPascal(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(first) && !strings.Contains(name, "_")
}

// isSnake reports whether a name is in snake_case: words in lower case with one underscore between them.
func isSnake(name string) bool {
	return name != "" && !strings.HasPrefix(name, "_") && !strings.HasSuffix(name, "_") && !strings.Contains(name, "__") &&
		!strings.ContainsFunc(name, unicode.IsUpper)
}

// isCamel reports whether a name is in camelCase.
func isCamel(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return name != "" && !unicode.IsUpper(first) && !strings.Contains(name, "_")
}

// isUpperSnake reports whether a name is in UPPER_SNAKE_CASE.
func isUpperSnake(name string) bool {
	return name != "" && !strings.Contains(name, "__") && !strings.HasSuffix(name, "_") && !strings.ContainsFunc(name, unicode.IsLower)
}

func toSnake(name string) string      { return strings.Join(words(name), "_") }
func toUpperSnake(name string) string { return strings.ToUpper(toSnake(name)) }

func toPascal(name string) string {
	var b strings.Builder
	for _, w := range words(name) {
		first, size := utf8.DecodeRuneInString(w)
		b.WriteRune(unicode.ToUpper(first))
		b.WriteString(w[size:])
	}
	return b.String()
}

func toCamel(name string) string {
	pascal := toPascal(name)
	first, size := utf8.DecodeRuneInString(pascal)
	if size == 0 {
		return ""
	}
	return string(unicode.ToLower(first)) + pascal[size:]
}

// better adds how a name would be spelled to a message, if that is another name at all.
func better(name, spelled string) string {
	if spelled == "" || spelled == name {
		return ""
	}
	return ": `" + spelled + "`"
}
