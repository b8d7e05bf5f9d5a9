"""What tools' messages become: `rules/sources/*.toml`, checked and compiled, with their examples."""
