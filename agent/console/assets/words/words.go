package words

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed en.json de.json
var files embed.FS

// Catalogue returns the messages of a language, "en" or "de", by area and name. The error is one of building the program: a catalogue that
// is missing or no JSON.
func Catalogue(language string) (map[string]map[string]string, error) {
	text, err := files.ReadFile(language + ".json")
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	var out map[string]map[string]string
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("words: %s.json: %w", language, err)
	}
	return out, nil
}
