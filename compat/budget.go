package compat

// A Budget bounds what checks may spend on what they say beyond the verdict: on findings, witnesses and fixes. Several checks
// that are answered together share one. It is not safe for concurrent use.
type Budget struct {
	findings int // bytes of findings
	proved   int // findings that may get a witness
	proofs   int // bytes of witnesses
	tried    int // bytes of texts that are compared to try fixes, each as often as the type's weight says
}

// NewBudget returns what one report may spend at most.
func NewBudget() *Budget {
	return &Budget{findings: maxCollected, proved: maxProved, proofs: maxProvedBytes, tried: maxTried}
}

// spent reports whether something could not be explained any more.
func (b *Budget) spent() bool { return b.proved <= 0 || b.proofs < 0 || b.tried < 0 }
