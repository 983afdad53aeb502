# Notes for the list at the end what stays ($1) and why ($2).
leave() {
  left="$left
- $1: $2"
}

# Runs a command (all but $1) that concerns something ($1). If it fails, notes that for the list, and goes on.
try() {
  about=$1
  shift
  said=$("$@" 2>&1) || {
    result=1
    leave "$about" "$1 failed: $(shown "$said")"
  }
}

# Reads the record of the preparation ($1), unless others than root could have written it.
read_record() {
  record=
  [ -z "$(find "$1" -prune -type f -uid 0 ! -perm /022 2>/dev/null)" ] || record=$(cat -- "$1")
}

# Prints the state that a thing ($1) had before the preparation; nothing if the record does not know.
before() {
  found=
  while read -r state thing; do
    if [ "$thing" = "$1" ] && { [ -z "$found" ] || [ "$state" = absent ]; }; then found=$state; fi
  done <<END
$record
END
  printf %s "$found"
}

# Removes from the record ($1) what is settled of some things (the other arguments): what is missing now, or as it was before.
forget() {
  file=$1
  shift
  [ -n "$record" ] || return 0
  rest=$(printf '%s\n' "$record" | while read -r state thing; do
    for settled do
      [ "$settled" = "$thing" ] || continue
      now=$(current_state "$thing")
      [ "${now:-absent}" = "$state" ] || [ -z "$now" ] || continue
      continue 2
    done
    printf '%s %s\n' "$state" "$thing"
  done)
  if [ -z "$rest" ]; then
    rm -f -- "$file"
  else
    printf '%s\n' "$rest" >"$file.new" && mv -f -- "$file.new" "$file"
  fi
}

# Removes a unit file ($1) with its drop-ins.
remove_unit() {
  try "$1" rm -f -- "$1"
  try "$1.d" rm -rf --one-file-system -- "$1.d"
}

# Removes the file in which systemd keeps when a timer ($1) last elapsed (Persistent=).
remove_stamp() {
  set -- "/var/lib/systemd/timers/stamp-$1"
  [ ! -f "$1" ] || try "$1" rm -f -- "$1"
}

# Reads what the units of this machine name. The arguments are units that do not count only because systemd still knows them.
read_units() {
  removed_units=$*
  set -- sysusers.d tmpfiles.d
  for tree do
    set -- "$@" "/etc/$tree" "/run/$tree" "/usr/local/lib/$tree" "/usr/lib/$tree"
  done
  shift 2
  for tree in /etc/systemd /run/systemd; do
    set -- "$@" $tree/system $tree/system.control $tree/system.attached $tree/transient $tree/generator $tree/generator.early \
      $tree/generator.late
  done
  set -- "$@" /usr/local/lib/systemd/system /usr/lib/systemd/system
  [ /lib -ef /usr/lib ] || set -- "$@" /lib/systemd/system
  others=$(
    {
      find -L "$@" -type f -name '*.*' -print
      systemctl list-units --all --full --plain --no-legend | cut -d' ' -f1
    } 2>/dev/null | LC_ALL=C REMOVED=$removed_units awk "$PARSER"
  ) || :
}

# Prints the first other unit that names an account: its name ($1) or number ($2).
names_account() {
  # shellcheck disable=SC2016 # a program of awk
  LC_ALL=C NAME=$1 NUMBER=$2 ask_units '
    function is_like(word, name,   at) {
      if (!(at = index(word, "\001"))) return word == name
      return substr(name, 1, at - 1) == substr(word, 1, at - 1)
    }
    $2 == "account" && (is_like($3, ENVIRON["NAME"]) || $3 == ENVIRON["NUMBER"]) { print $1; exit }'
}

# Prints the first other unit that names a path ($1) or something below it.
names_path() {
  # shellcheck disable=SC2016 # a program of awk
  LC_ALL=C NAME=$1 ask_units '
    $2 == "path" {
      text = $3
      while ((at = index(text, ENVIRON["NAME"]))) {
        first = at == 1 ? "" : substr(text, at - 1, 1)
        text = substr(text, at + length(ENVIRON["NAME"]))
        if (first !~ /[A-Za-z0-9_.]/ && substr(text, 1, 1) !~ /[A-Za-z0-9_.-]/) { print $1; exit }
      }
      at = index($3, "\001")
      text = substr($3, 1, at ? at - 1 : 0)
      sub(/.*[^A-Za-z0-9_.\/-]/, "", text)
      if (text ~ /^\/./ && substr(ENVIRON["NAME"], 1, length(text)) == text) { print $1; exit }
    }'
}

# Asks what the other units name with a program of awk ($1). If that could not be read, some unit may name everything.
ask_units() {
  case $others in
    *complete) printf '%s\n' "$others" | awk -F '\t' "$1" ;;
    *) echo "that could not be read" ;;
  esac
}

# Whether something is mounted at a path ($1) or below it.
has_mount() {
  while read -r _ _ _ _ point _; do
    point=$(printf %b "$point")
    case $point in "$1" | "$1"/*) return 0 ;; esac
  done </proc/self/mountinfo
  return 1
}

# Whether directories are to be removed too.
with_data() {
  [ "$data" = yes ]
}

# Whether none of these paths is left.
none_left() {
  for path do
    [ ! -e "$path" ] || return 1
  done
}

# Prints why a directory ($1) cannot be removed, nothing if it can. The others are tests of find: whose it must be.
keeps_directory() {
  path=$1
  shift
  if [ -L "$path" ]; then
    echo "it is a symbolic link"
  elif [ -z "$(find "$path" -prune -type d "$@" 2>/dev/null)" ]; then
    echo "it is not as the preparation makes it (kind, owner, group, mode)"
  elif has_mount "$path"; then
    echo "something is mounted there"
  else
    unit=$(names_path "$path")
    [ -z "$unit" ] || echo "the unit $unit names it"
  fi
}

# Removes a directory ($1) that the preparation or systemd created, and gives one that was there before its owner and mode back.
# $2: the directories above it, below which nobody but root may change something, one per line. $3: "dynamic" if its
# owner alone proves that systemd created it. The other arguments are tests of find: whose it must be.
remove_directory() {
  path=$1 above=$2 origin=$3
  shift 3
  [ -e "$path" ] || [ -L "$path" ] || return 0
  was=$(before "$path")
  [ -n "$was" ] || [ "$origin" != dynamic ] || was=absent
  why=$(check_way "$above") && why=$(keeps_directory "$path" "$@")
  if [ -z "$was" ]; then
    leave "$path" "nothing shows that the preparation created it. Remove it yourself if it was created for this service."
  elif [ "$was" != absent ] && [ "$(current_state "$path")" = "$was" ]; then
    leave "$path" "it was there before the preparation."
  elif [ -n "$why" ]; then
    leave "$path" "${why%.}."
  elif [ "$was" = absent ]; then
    try "$path" rm -rf --one-file-system -- "$path"
    removed="$removed
$path"
  else
    give_back "$path" "$was"
  fi
}

# Stops a subshell, with a sentence, unless root alone can change some directories ($1, one per line).
check_way() {
  (
    IFS='
'
    set -f
    # shellcheck disable=SC2086 # one argument per line
    guard_way $1 2>&1
  )
}

# Gives a directory ($1) that was there before the owner, group and mode back that it had ($2).
give_back() {
  try "$1" chown -RhP --from="$(stat -c %u -- "$1")" -- "${2%:*}" "$1"
  try "$1" chmod -- "00${2##*:}" "$1"
  leave "$1" "it was there before the preparation. It has its owner and mode of then again."
}

# Moves a directory ($2) that systemd moved for a dynamic user back to where it was ($1), and gives its owner and mode back.
# The other arguments are tests of find: whose it must be.
move_back() {
  public=$1 private=$2
  shift 2
  was=$(before "$public")
  case $was in '' | absent | link) return 0 ;; esac
  [ -L "$public" ] && [ -d "$private" ] && [ "$public" -ef "$private" ] || return 0
  why=$(keeps_directory "$private" "$@")
  if [ -n "$why" ]; then
    leave "$private" "$why."
  else
    try "$public" rm -f -- "$public"
    try "$public" mv -T -- "$private" "$public"
    give_back "$public" "$was"
  fi
}

# Removes a link ($1) if it leads where systemd makes it lead ($2 or $3), unless it was there before.
remove_link() {
  [ -L "$1" ] || return 0
  case $(readlink -- "$1") in
    "$2" | "$3") ;;
    *) leave "$1" "it leads elsewhere than systemd makes it lead."; return 0 ;;
  esac
  case $(before "$1") in
    '' | absent)
      try "$1" rm -f -- "$1"
      removed="$removed
$1"
      ;;
    *) leave "$1" "it was there before the preparation." ;;
  esac
}

# Removes empty directories (the arguments) that were created on the way to something.
remove_empty() {
  for path do
    [ -d "$path" ] && [ ! -L "$path" ] || continue
    case $(before "$path") in
      absent) rmdir -- "$path" 2>/dev/null || : ;;
      '') case $path:$removed in */private:*) ;; *"
$path/"*) rmdir -- "$path" 2>/dev/null || : ;; esac ;;
    esac
  done
}

# Removes a socket, named pipe or message queue ($1, of the type $2) that systemd created. The other arguments are tests of find.
remove_node() {
  path=$1 type=$2
  shift 2
  [ -e "$path" ] || [ -L "$path" ] || return 0
  was=$(before "$path")
  unit=$(names_path "$path")
  if [ -z "$was" ] && [ "$type" != s ]; then
    leave "$path" "nothing shows that systemd created it for this unit."
  elif [ -n "$was" ] && [ "$was" != absent ]; then
    leave "$path" "it was there before the preparation."
  elif [ -z "$(find "$path" -prune -type "$type" "$@" 2>/dev/null)" ]; then
    leave "$path" "it is not as systemd makes it for this unit (kind, owner, group, mode)."
  elif [ -n "$unit" ]; then
    leave "$path" "the unit $unit names it."
  elif NAME=" $path" awk 'BEGIN { at = length(ENVIRON["NAME"]) } substr($0, length($0) - at + 1) == ENVIRON["NAME"] { exit 3 }' /proc/net/unix; then
    try "$path" rm -f -- "$path"
    removed="$removed
$path"
  else
    leave "$path" "a process uses it."
  fi
}

# Whether a number ($1) is the one that was fixed ($2), or without one is one that useradd --system gives.
is_system_number() {
  if [ -n "$2" ]; then [ "$1" = "$2" ]; else [ "$1" -ge 100 ] && [ "$1" -lt 1000 ]; fi
}

# Whether one of some directories (all arguments but the first two) is there and belongs to an account ($1: user or group, $2).
owns_one() {
  test=$1 account=$2
  shift 2
  for path do
    [ -z "$(find "$path" -prune "-$test" "$account" 2>/dev/null)" ] || return 0
  done
  return 1
}

# Prints why an account stays that another program may need: its database ($1) and name ($2).
keeps_account() {
  case $(before "$1 $2") in
    absent) ;;
    '') echo "nothing shows that the preparation created it. Remove it yourself if it was created for this service."; return 0 ;;
    *) echo "it was there before the preparation."; return 0 ;;
  esac
  unit=$(names_account "$2" "$(current_state "$1 $2")")
  [ -z "$unit" ] || echo "the unit $unit names it."
}

# Leaves an account ($2, in the database $1) of the system.
leave_account() {
  [ -z "$(current_state "$1 $2")" ] || leave "$(called "$1") $2" "many systems have it for something else, so it is never removed."
}

# Prints what an account of a database ($1) is called.
called() {
  if [ "$1" = passwd ]; then echo "the user"; else echo "the group"; fi
}

# Removes a user ($1) with this home and shell ($2), primary group ($3) and number ($4), unless one of its directories (the
# other arguments) is left.
remove_user() {
  user=$1 made=$2 group=$3 number=$4
  shift 4
  entry=$(getent passwd -- "$user") || return 0
  gid=$(getent group -- "$group" | cut -d: -f3)
  had_group=$(before "group $group")
  why=$(keeps_account passwd "$user")
  if [ -n "$why" ]; then
    leave "the user $user" "$why"
  elif [ "$(printf '%s\n' "$entry" | cut -d: -f4-)" != "$gid::$made" ] || ! is_system_number "$(id -u -- "$user")" "$number"; then
    leave "the user $user" "it is not as the preparation makes it (number, primary group, comment, home, shell)."
  elif owns_one user "$user" "$@"; then
    leave "the user $user" "directories of it are left, and whoever gets its number next would get them too.$(say_data)"
  else
    try "the user $user" userdel -- "$user"
    # userdel may remove a group of that name, which was there before.
    if [ "$group" = "$user" ] && [ "$had_group" != absent ] && ! getent group -- "$group" >/dev/null; then
      try "the group $group" groupadd --system --gid "$gid" -- "$group"
    fi
  fi
}

# Prints how to have the directories removed, unless that was asked for.
say_data() {
  [ "$data" = yes ] || echo " To remove them, run this script with: --data"
}

# Removes a group ($1) with this number ($2), unless it has members or one of its directories (the other arguments) is left.
remove_group() {
  group=$1 number=$2
  shift 2
  entry=$(getent group -- "$group") || return 0
  gid=$(printf '%s\n' "$entry" | cut -d: -f3)
  why=$(keeps_account group "$group")
  if [ -n "$why" ]; then
    leave "the group $group" "$why"
  elif [ "${entry##*:}" ] || getent passwd | cut -d: -f4 | grep -qxF -e "$gid"; then
    leave "the group $group" "a user is in it."
  elif ! is_system_number "$gid" "$number"; then
    leave "the group $group" "it is not as the preparation makes it (number)."
  elif owns_one group "$group" "$@"; then
    leave "the group $group" "directories of it are left.$(say_data)"
  else
    try "the group $group" groupdel -- "$group"
  fi
}

# Prints what stays and why, and exits with 1 if a command failed.
finish() {
  [ -z "$left" ] || printf 'Left on this machine:%s\n' "$left" >&2
  exit "$result"
}
