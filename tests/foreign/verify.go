// Verifies each line of a file of webhooks with Go's standardwebhooks; prints which it accepts.
package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

type webhook struct {
	Secret  string
	Headers map[string]string
	Body    string
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	accepted := []bool{}
	for lines.Scan() {
		var each webhook
		if err := json.Unmarshal(lines.Bytes(), &each); err != nil {
			panic(err)
		}
		headers := http.Header{}
		for name, value := range each.Headers {
			headers.Set(name, value)
		}
		verifier, err := standardwebhooks.NewWebhook(each.Secret)
		if err != nil {
			panic(err)
		}
		accepted = append(accepted, verifier.Verify([]byte(each.Body), headers) == nil)
	}
	json.NewEncoder(os.Stdout).Encode(accepted)
}
