package brevity

// few is how many examples of a property are tried where tests were asked to be short: as many as rapid itself tries then.
const few = 20

// Few returns a property for rapid.Check that is tried with a few of its hundred examples where [Asked], and is the same
// otherwise. An example that fails is made smaller as ever. One property is for one Check; hours play it at full length.
func Few[T interface{ Failed() bool }](property func(T)) func(T) {
	if !Asked() {
		return property
	}
	tried, failed := 0, false
	return func(t T) {
		if tried >= few && !failed {
			return
		}
		tried++
		passed := false
		defer func() { failed = failed || !passed }() // it may end by a panic
		property(t)
		passed = !t.Failed()
	}
}
