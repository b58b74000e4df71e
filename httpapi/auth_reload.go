package httpapi

import (
	"context"
	"os"
	"time"
)

// A fileState tells one content of a file from the next, as far as that can be seen without reading it.
type fileState struct {
	size     int64
	modified time.Time
}

func stateOf(path string) fileState {
	info, err := os.Stat(path)
	if err != nil {
		return fileState{}
	}
	return fileState{info.Size(), info.ModTime()}
}

// Follow loads the credentials file again whenever it changes, until ctx ends. It looks once in each interval. A file
// that cannot be read or makes no sense is logged, and the users stay who they were.
func (a *Auth) Follow(ctx context.Context, path string, interval time.Duration) {
	// The state is taken before each load, so that a change during the load is seen at the next look.
	var loaded fileState
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if now := stateOf(path); now != loaded {
			loaded = now
			a.reload(path)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *Auth) reload(path string) {
	users, err := loadUsers(path)
	if err != nil {
		a.logger.Error("credentials kept as they were", "file", path, "error", err)
		return
	}
	a.users.Store(users)
	a.logger.Info("credentials loaded", "file", path, "users", len(users.byName))
}
