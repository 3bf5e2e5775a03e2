package config

import (
	"strconv"

	"bedside/alerts/document"
)

// Written returns every value of the file as it was written, by its path, such as devices[1].port; nil for a Config made
// by hand. There are no secrets in a configuration, so there are none here.
func (c *Config) Written() map[string]string {
	if c.text == nil {
		return nil
	}
	root := document.Parse(document.New("", c.text, form()), c.text)
	if root == nil { // it was read before
		return nil
	}
	values := make(map[string]string)
	collect(values, "", root)
	return values
}

func collect(values map[string]string, path string, n *document.Node) {
	switch n.Kind {
	case document.Mapping:
		for _, p := range n.Pairs {
			collect(values, document.Join(path, p.Key.Value), p.Value)
		}
	case document.Sequence:
		for i, item := range n.Items {
			collect(values, path+"["+strconv.Itoa(i)+"]", item)
		}
	default:
		values[path] = n.Value
	}
}
