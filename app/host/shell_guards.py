"""Shell functions that stop a script before it works on a path that others could have changed.

Each was made for something that went wrong in a run: links planted in a directory, second names of files, mounts.
"""

GUARDS = {
    "guard_way": r"""# Stops unless root alone can change the way to a directory: each argument is one component of it, from / down.
guard_way() {
  for part do
    [ ! -L "$part" ] || stop "$part is a symbolic link. Name the directory it leads to instead."
    [ -e "$part" ] || continue
    [ -d "$part" ] || stop "$part is not a directory."
    [ -n "$(find "$part" -prune -uid 0 ! -perm /022)" ] ||
      stop "$part can be changed by others than root, who could lead this script elsewhere. Take their write access away, or choose another path."
  done
}
""",
    "guard_tree": r"""# Stops unless a directory ($1) can be handed to a user ($2) with all that is in it.
guard_tree() {
  [ ! -L "$1" ] || stop "$1 is a symbolic link. Name the directory it leads to instead."
  [ -e "$1" ] || return 0
  [ -d "$1" ] || stop "$1 is not a directory."
  guard_mounts "$1" "$2"
  # shellcheck disable=SC2016 # expanded by the inner shell
  found=$(find "$1" -ignore_readdir_race -type l -exec sh -c '
    target=$(readlink -f -- "$2") || exit 0
    case $target in "$1" | "$1"/*) exit 1 ;; esac' sh "$1" {} \; -print -quit) || stop "$1 could not be searched for links."
  [ -z "$found" ] || stop "$(shown "$found") is a link that leads out of $1. Remove it if the service put it there."
  found=$(find "$1" -ignore_readdir_race ! -type d -links +1 ! -user "$2" -print -quit) || stop "$1 could not be searched."
  [ -z "$found" ] || stop "$(shown "$found") is not $2's and has a second name, maybe elsewhere. Remove it if the service put it there, or replace it by a copy."
  [ -z "$(find "$1" -prune -user "$2")" ] || return 0
  found=$(find "$1" -ignore_readdir_race ! -user "$2" ! -uid 0 -print -quit) || stop "$1 could not be searched."
  [ -z "$found" ] || stop "$(shown "$found") belongs to somebody else. If all in $1 is for $2, run: chown $2 '$1'"
}
""",
    "guard_mounts": r"""# Stops if something is mounted in a directory ($1) and does not belong to a user ($2).
guard_mounts() {
  while read -r _ _ _ _ point _; do
    point=$(printf %b "$point")
    case $point in
      "$1"/*) [ -n "$(find "$point" -prune -user "$2")" ] || stop "$(shown "$point") is mounted and does not belong to $2. Unmount it, or choose a directory beside it." ;;
    esac
  done </proc/self/mountinfo
}
""",
    "shown": r"""# Prints a name ($1) that somebody else chose, so that it cannot speak to the terminal.
shown() {
  printf %s "$1" | LC_ALL=C tr -c '[:print:]' '?'
}
""",
}
"""The shell functions that a script calls before it touches a path, by name."""

NEEDED_BY = {"guard_way": ("guard_way",), "guard_tree": ("guard_tree", "guard_mounts", "shown")}
"""What each guard that a step names needs, itself included."""
