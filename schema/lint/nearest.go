package lint

import "strings"

// nearest returns the choice that a word is probably meant to be: the one with the fewest letters to change, if these are
// at most a third of it. Case does not count. It is empty where none is near.
func nearest(word string, choices []string) string {
	const longest = 64 // no choice comes near that
	if len(word) > longest {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", len(word)/3+1
	for _, choice := range choices {
		if d := distance(word, strings.ToLower(choice)); d < least {
			best, least = choice, d
		}
	}
	return best
}

// distance counts the letters to add, drop or replace that lead from one word to the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
