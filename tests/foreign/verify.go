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
	At      int64
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
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
		verify := verifier.Verify
		if each.At != 0 { // it came then, and was not old; here it may be
			verify = verifier.VerifyIgnoringTimestamp
		}
		accepted = append(accepted, verify([]byte(each.Body), headers) == nil)
	}
	json.NewEncoder(os.Stdout).Encode(accepted)
}
