package internal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
)

type Gate struct {
	mu     sync.Mutex
	hits   map[string]int
	tokens map[string]string
	key    []byte
}

// Count is called by every request's goroutine.
func (g *Gate) Count(host string) {
	g.hits[host]++
}

// Token is called by every request's goroutine.
func (g *Gate) Token(user string) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	token, ok := g.tokens[user]
	return token, ok
}

// Status asks a backend that the configuration names.
func (g *Gate) Status(address string) (string, error) {
	response, err := http.Get(address + "/status")
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d", response.StatusCode)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return string(body), err
}

// Signed says whether a message was signed with the gate's key.
func (g *Gate) Signed(message []byte, signature string) bool {
	given, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, g.key)
	mac.Write(message)
	return hmac.Equal(mac.Sum(nil), given)
}

// NewToken makes what a user signs in with.
func NewToken() string {
	return fmt.Sprintf("%016x", rand.Uint64())
}

// Jitter spreads retries.
func Jitter(most int) int {
	return rand.Intn(most)
}

// Forward reads the request's own route.
func (g *Gate) Forward(w http.ResponseWriter, r *http.Request) {
	var route struct{ Hosts []string }
	json.NewDecoder(r.Body).Decode(&route)
	http.Redirect(w, r, "/to/"+route.Hosts[0], http.StatusFound)
}

// Last gives the last element of a path that has at least one.
func Last(path string) string {
	parts := strings.Split(path, "/")
	return parts[len(parts)-1]
}

// Version asks the installed tool.
func Version() (string, error) {
	out, err := exec.Command("gate-tool", "--version").Output()
	return string(out), err
}

// Log appends a line to the log of a host.
func Log(host, line string) error {
	file, err := os.OpenFile("/var/log/gate/"+host+".log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(line + "\n")
	return err
}
