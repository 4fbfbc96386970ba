//go:build tools

// Package tools pins the commands that the testbed builds from this module.
package tools

import (
	_ "github.com/loft-sh/vcluster/cmd/vcluster"
)
