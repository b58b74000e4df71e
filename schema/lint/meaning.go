package lint

import "slices"

// set makes a set of words.
func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// What names say of their values, by whole words.
var (
	money = set("amount", "balance", "bonus", "budget", "commission", "cost", "costs", "deposit", "fare", "fee",
		"fees", "income", "msrp", "payout", "premium", "price", "prices", "refund", "revenue", "salary", "subtotal",
		"surcharge", "tax", "taxes", "turnover", "vat", "wage", "withdrawal")
	// sums are money only at the end of a name: order_total, but not total_weight.
	sums = set("total", "totals")
	// measures say that a number is no sum of money, whatever stands beside them: tax_rate, price_per_unit_weight.
	measures = set("bps", "coefficient", "count", "days", "distance", "duration", "elasticity", "factor", "index",
		"kg", "level", "liters", "litres", "meters", "metres", "multiplier", "percent", "percentage", "pct", "points", "probability",
		"quantity", "rank", "rate", "ratio", "score", "seconds", "volatility", "volume", "weight", "yield")
	// spans are what makes a time a duration: response_time is not when something happened.
	spans = set("access", "average", "avg", "build", "compute", "cpu", "cycle", "dead", "delay", "delivery", "down", "elapsed",
		"execution", "exec", "handling", "idle", "io", "lag", "lead", "load", "max", "mean", "median", "min", "play", "processing", "query",
		"queue", "reaction", "real", "recovery", "render", "response", "run", "running", "screen", "seek", "service", "session", "setup",
		"spent", "system", "total", "transit", "travel", "up", "user", "wait", "waiting", "wall", "watch", "work")
)

// isMoney reports whether a name says that its value is an amount of money.
func isMoney(name string) bool {
	list := words(name)
	if slices.ContainsFunc(list, func(w string) bool { return measures[w] }) {
		return false
	}
	return len(list) > 0 && sums[list[len(list)-1]] || slices.ContainsFunc(list, func(w string) bool { return money[w] })
}

// isTime reports whether a name says that its value is a point in time, or a day if day is true.
func isTime(name string) (is, day bool) {
	list := words(name)
	if len(list) == 0 {
		return false, false
	}
	switch last := list[len(list)-1]; last {
	case "at":
		return len(list) > 1, false
	case "timestamp", "datetime":
		return true, false
	case "date":
		return true, true
	case "time":
		return !slices.ContainsFunc(list, func(w string) bool { return spans[w] }), false
	}
	return false, false
}

// isUUID reports whether a name says that its value is a UUID.
func isUUID(name string) bool {
	list := words(name)
	return len(list) > 0 && (list[len(list)-1] == "uuid" || list[len(list)-1] == "guid")
}
