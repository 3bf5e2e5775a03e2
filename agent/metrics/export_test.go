package metrics

import (
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// Lint asks the client library's linter.
func Lint(m *Metrics) ([]promlint.Problem, error) { return testutil.GatherAndLint(m.registry) }
