"""Reading fairly: what one analyst sees, which ground was looked at, and rounds that measure the reading itself."""
