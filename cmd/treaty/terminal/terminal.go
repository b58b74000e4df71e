// Package terminal is how commands speak to a person: in colour and with progress where somebody looks, plainly elsewhere.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Is reports whether w is a terminal.
func Is(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Width returns the columns of the terminal w, and 0 if it is none.
func Width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// A Palette colours text, or leaves it as it is. The zero Palette does the latter.
type Palette struct{ on bool }

// Colors returns the palette for what is written to w: in colour on a terminal, unless NO_COLOR is set or TERM is dumb.
// Source: no-color.org.
func Colors(w io.Writer) Palette {
	return Palette{Is(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// Colored returns a palette that colours whatever is written to; for tests.
func Colored() Palette { return Palette{true} }

// The colours, by what they are for.
func (p Palette) Bad(s string) string    { return p.paint("31", s) }
func (p Palette) Risky(s string) string  { return p.paint("33", s) }
func (p Palette) Good(s string) string   { return p.paint("32", s) }
func (p Palette) Strong(s string) string { return p.paint("1", s) }
func (p Palette) Faint(s string) string  { return p.paint("2", s) }
func (p Palette) Name(s string) string   { return p.paint("36", s) }

func (p Palette) paint(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
