// Verifies a log written by Comity's ledger with golang.org/x/mod/sumdb/note and tlog, and shows that the same checks
// refuse it when a byte is changed; or the three files by which a node proves an act.
//
//	verify FOLDER
//	verify FOLDER NAME    NAME.tlog-proof, NAME.comity-record, NAME.policy
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	switch len(os.Args) {
	case 2:
		ofLog(&log{folder: os.Args[1], entry: "entry"})
	case 3:
		ofNode(&log{folder: os.Args[1], entry: os.Args[2]})
	default:
		fmt.Fprintln(os.Stderr, "usage: verify FOLDER [NAME]")
		os.Exit(2)
	}
}

type check struct {
	name string
	run  func() error
}

func (l *log) all(checks []check) {
	for _, each := range checks {
		if err := each.run(); err != nil {
			fmt.Printf("FAILED %s, %s: %v\n", l.folder, each.name, err)
			os.Exit(1)
		}
	}
}

func ofNode(l *log) {
	l.all([]check{
		{"policy", l.policy},
		{"cosigned", l.cosigned},
		{"included", func() error { _, _, err := l.included(); return err }},
		{"commitment", l.commitment},
	})
	p, _ := l.proof()
	fmt.Printf("ok: a node's proof, leaf %d, cosigned by %d\n", p.index, len(l.witnesses))
}

func ofLog(log *log) {
	log.all([]check{
		{"checkpoint", log.checkpoint},
		{"cosignatures", log.cosignatures},
		{"tiles", log.tiles},
		{"inclusion", log.inclusion},
		{"consistency", log.consistency},
		{"commitment", log.commitment},
		{"refusals", log.refusals},
	})
	fmt.Printf("ok: %d leaves, root %v\n", log.tree.N, log.tree.Hash)
}

type log struct {
	folder    string
	entry     string // the proven one's files
	verifier  note.Verifier
	witnesses []note.Verifier // that a policy names
	tree      tlog.Tree
}

// policy takes the keys of the one log and of its witnesses.
func (l *log) policy() error {
	text, err := l.read(l.entry + ".policy")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "log":
			l.verifier, err = note.NewVerifier(words[1])
		case len(words) == 3 && words[0] == "witness":
			var c *cosigner
			c, err = newCosigner(words[2])
			l.witnesses = append(l.witnesses, c)
		}
		if err != nil {
			return err
		}
	}
	if l.verifier == nil || len(l.witnesses) == 0 {
		return errors.New("it names no log, or no witness")
	}
	return nil
}

func (l *log) cosigned() error {
	p, err := l.proof()
	if err != nil {
		return err
	}
	opened, err := note.Open([]byte(p.note), note.VerifierList(append(l.witnesses, l.verifier)...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) < 2 {
		return errors.New("no witness cosigned it")
	}
	return nil
}

func (l *log) read(path string) (string, error) {
	data, err := os.ReadFile(filepath.Join(l.folder, path))
	return string(data), err
}

// parseTree reads a checkpoint's three lines; tlog.ParseTree knows only the checksum database's origin.
func parseTree(text, origin string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		return tlog.Tree{}, errors.New("not three lines under the log's origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

func (l *log) open(message string) (tlog.Tree, error) {
	opened, err := note.Open([]byte(message), note.VerifierList(l.verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	return parseTree(opened.Text, l.verifier.Name())
}

func (l *log) checkpoint() error {
	key, err := l.read("log.vkey")
	if err != nil {
		return err
	}
	if l.verifier, err = note.NewVerifier(strings.TrimSpace(key)); err != nil {
		return err
	}
	message, err := l.read("checkpoint")
	if err != nil {
		return err
	}
	l.tree, err = l.open(message)
	return err
}

// cosigner verifies cosignature/v1 lines; x/mod knows only plain Ed25519.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

func newCosigner(text string) (*cosigner, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a verifier key")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 33 || data[0] != 4 {
		return nil, errors.New("not a cosignature/v1 key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("not the key's id")
	}
	return &cosigner{parts[0], hash, data[1:]}, nil
}

func (l *log) cosignatures() error {
	keys, err := l.read("witness.vkeys")
	if err != nil {
		return err
	}
	verifiers := []note.Verifier{l.verifier}
	for _, text := range strings.Fields(keys) {
		c, err := newCosigner(text)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, c)
	}
	message, err := l.read("checkpoint")
	if err != nil {
		return err
	}
	opened, err := note.Open([]byte(message), note.VerifierList(verifiers...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != 3 || len(opened.UnverifiedSigs) != 0 {
		return fmt.Errorf("%d signatures verified, %d did not; want 3 and 0", len(opened.Sigs), len(opened.UnverifiedSigs))
	}
	return nil
}

// The folder as tlog's TileReader: height 8, whose level and index C2SP's paths carry without the height.
func (l *log) Height() int { return 8 }
func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(l.folder, path))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// Every entry of every bundle hashes to the leaf that the authenticated tiles hold.
func (l *log) tiles() error {
	reader := tlog.TileHashReader(l.tree, l)
	for begin := int64(0); begin < l.tree.N; begin += 256 {
		width := l.tree.N - begin
		if width > 256 {
			width = 256
		}
		path := strings.Replace(tlog.Tile{H: 8, L: 0, N: begin / 256, W: int(width)}.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := l.read(path)
		if err != nil {
			return err
		}
		var indexes []int64
		var want []tlog.Hash
		for rest := []byte(bundle); len(rest) > 0; {
			length := int(binary.BigEndian.Uint16(rest))
			want = append(want, tlog.RecordHash(rest[2:2+length]))
			rest = rest[2+length:]
			indexes = append(indexes, tlog.StoredHashIndex(0, begin+int64(len(indexes))))
		}
		if int64(len(want)) != width {
			return fmt.Errorf("%s holds %d entries, want %d", path, len(want), width)
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i := range want {
			if hashes[i] != want[i] {
				return fmt.Errorf("%s: entry %d is not the leaf", path, i)
			}
		}
	}
	return nil
}

type proof struct {
	leaf  []byte
	index int64
	path  tlog.RecordProof
	note  string
}

func (l *log) proof() (p proof, err error) {
	text, err := l.read(l.entry + ".tlog-proof")
	if err != nil {
		return p, err
	}
	parts := strings.SplitN(text, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return p, errors.New("not a tlog-proof")
	}
	p.note = parts[1]
	if p.leaf, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra ")); err != nil {
		return p, err
	}
	if p.index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64); err != nil {
		return p, err
	}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return p, err
		}
		p.path = append(p.path, hash)
	}
	return p, nil
}

func (l *log) included() (p proof, tree tlog.Tree, err error) {
	if p, err = l.proof(); err != nil {
		return p, tree, err
	}
	if tree, err = l.open(p.note); err != nil {
		return p, tree, err
	}
	return p, tree, tlog.CheckRecord(p.path, tree.N, tree.Hash, p.index, tlog.RecordHash(p.leaf))
}

func (l *log) inclusion() error {
	p, tree, err := l.included()
	if err != nil {
		return err
	}
	// Go's own proof, from our tiles, is the same.
	own, err := tlog.ProveRecord(tree.N, p.index, tlog.TileHashReader(tree, l))
	if err != nil {
		return err
	}
	if fmt.Sprint(own) != fmt.Sprint(p.path) {
		return errors.New("another proof than Go makes")
	}
	return nil
}

// tree reads the consistency proof from the request to a witness.
func (l *log) treeProof() (old int64, path tlog.TreeProof, err error) {
	text, err := l.read("add-checkpoint")
	if err != nil {
		return 0, nil, err
	}
	lines := strings.Split(strings.SplitN(text, "\n\n", 2)[0], "\n")
	if old, err = strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64); err != nil {
		return 0, nil, err
	}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, err
		}
		path = append(path, hash)
	}
	return old, path, nil
}

func (l *log) consistency() error {
	old, path, err := l.treeProof()
	if err != nil {
		return err
	}
	message, err := l.read("checkpoint.old")
	if err != nil {
		return err
	}
	older, err := l.open(message)
	if err != nil {
		return err
	}
	if older.N != old {
		return fmt.Errorf("the old checkpoint has %d leaves, the request says %d", older.N, old)
	}
	if old == 0 {
		if len(path) != 0 || older.Hash != tlog.Hash(sha256.Sum256(nil)) {
			return errors.New("an empty tree that is not empty")
		}
		return nil // tlog.CheckTree begins at one leaf.
	}
	return tlog.CheckTree(path, l.tree.N, l.tree.Hash, older.N, older.Hash)
}

func (l *log) commitment() error {
	p, err := l.proof()
	if err != nil {
		return err
	}
	text, err := l.read(l.entry + ".comity-record")
	if err != nil {
		return err
	}
	parts := strings.SplitN(text, "\n\n", 2)
	key, err := hex.DecodeString(strings.TrimPrefix(strings.Split(parts[0], "\n")[1], "key "))
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(parts[1]))
	if len(p.leaf) != 46 || !bytes.Equal(mac.Sum(nil), p.leaf[14:]) {
		return errors.New("the record is not what the leaf commits to")
	}
	return nil
}

// The checks above can fail: each refuses one changed byte.
func (l *log) refusals() error {
	p, err := l.proof()
	if err != nil {
		return err
	}
	if _, err := l.open(strings.Replace(p.note, "\n"+strconv.FormatInt(l.tree.N, 10)+"\n", "\n9"+strconv.FormatInt(l.tree.N, 10)+"\n", 1)); err == nil {
		return errors.New("a checkpoint with another size was accepted")
	}
	p.leaf[0] ^= 1
	if tlog.CheckRecord(p.path, l.tree.N, l.tree.Hash, p.index, tlog.RecordHash(p.leaf)) == nil {
		return errors.New("another leaf was accepted")
	}
	wrong := l.tree
	wrong.Hash[0] ^= 1
	if _, err := tlog.TileHashReader(wrong, l).ReadHashes([]int64{0}); err == nil {
		return errors.New("tiles of another root were accepted")
	}
	return nil
}
