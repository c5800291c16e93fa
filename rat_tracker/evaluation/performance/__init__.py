"""The tables of docs/performance.md: where the time goes, and how fast the peers are beside us."""
