# Prints what the unit files of a machine name, one thing per line, in three fields separated by tabs: the unit, the kind
# ("account" or "path"), and a name or a text with paths in it. The last line is "complete".
#
# Input: the paths of unit files, drop-ins, and files of sysusers.d and tmpfiles.d, and the names of loaded units, one per line.
# $REMOVED: names of units that do not count because they are loaded, separated by blanks.
# Every file counts for every unit that it can apply to, and no line overrides another: a name too many spares something,
# a name too few removes it. Specifiers are expanded as systemd does it (systemd.unit(5), src/core/unit-printf.c).
# \001 in the output stands for what only systemd can know, \002 for the instance of a template of which none is known.

function base(path) { sub(/.*\//, "", path); return path }

function first_line(file,   line) {
  line = ""
  getline line < file
  close(file)
  return line
}

function read_release(file,   line, at) {
  while ((getline line < file) > 0) {
    at = index(line, "=")
    if (at && substr(line, 1, at - 1) in letter_of_release) {
      known[letter_of_release[substr(line, 1, at - 1)]] = unquoted(substr(line, at + 1))
    }
  }
  close(file)
}

function add_to(list, key, file) { list[key] = list[key] file "\n" }

BEGIN {
  root["StateDirectory"] = "/var/lib"; root["CacheDirectory"] = "/var/cache"; root["LogsDirectory"] = "/var/log"
  root["RuntimeDirectory"] = "/run"; root["ConfigurationDirectory"] = "/etc"
  count = split("User Group SupplementaryGroups SocketUser SocketGroup", names_account, " ")
  for (at = 1; at <= count; at++) is_account[names_account[at]] = 1
  known["%"] = "%"; known["S"] = "/var/lib"; known["C"] = "/var/cache"; known["L"] = "/var/log"; known["E"] = "/etc"
  known["t"] = "/run"; known["T"] = "/tmp"; known["V"] = "/var/tmp"; known["h"] = "/root"; known["D"] = "/usr/share"
  known["u"] = known["g"] = "root"; known["U"] = known["G"] = "0"
  letter_of_release["ID"] = "o"; letter_of_release["VERSION_ID"] = "w"; letter_of_release["BUILD_ID"] = "B"
  letter_of_release["VARIANT_ID"] = "W"; letter_of_release["IMAGE_ID"] = "M"; letter_of_release["IMAGE_VERSION"] = "A"
  for (name in letter_of_release) known[letter_of_release[name]] = ""
  read_release("/etc/os-release")
  known["m"] = first_line("/etc/machine-id")
  known["b"] = first_line("/proc/sys/kernel/random/boot_id")
  gsub(/-/, "", known["b"])
  known["v"] = first_line("/proc/sys/kernel/osrelease")
  known["H"] = known["l"] = first_line("/proc/sys/kernel/hostname")
  sub(/\..*/, "", known["l"])
  # What only systemd knows, or another version of it.
  count = split("a c d f q r R s y Y", unknown, " ")
  for (at = 1; at <= count; at++) known[unknown[at]] = "\001"
  for (at = 0; at < 16; at++) digit[substr("0123456789abcdef", at + 1, 1)] = digit[substr("0123456789ABCDEF", at + 1, 1)] = at
  count = split(ENVIRON["REMOVED"], names_removed, " ")
  for (at = 1; at <= count; at++) is_removed[names_removed[at]] = 1
  is_unit_type = "^(service|socket|mount|automount|swap|path|timer|target|slice|scope)$"
}

function type_of(name) { sub(/.*\./, "", name); return name }

# NAME@.TYPE for NAME@INSTANCE.TYPE, "" for every other unit.
function template_of(name,   at) {
  at = index(name, "@")
  return at && at < length(name) - length(type_of(name)) - 1 ? substr(name, 1, at) "." type_of(name) : ""
}

# --- input -----------------------------------------------------------------------------------------

!/\// {
  if (type_of($0) ~ is_unit_type && !($0 in is_removed)) units[$0] = 1
  next
}

{
  file = base($0)
  directory = $0
  sub(/\/[^\/]*$/, "", directory)
  directory = base(directory)
  if (directory == "sysusers.d" || directory == "tmpfiles.d") {
    native[$0] = directory
  } else if (directory ~ /\.d$/) {
    sub(/\.d$/, "", directory)
    add_to(drop_ins, directory, $0)
    if (type_of(directory) ~ is_unit_type && directory ~ /\./ && directory !~ /-\.[a-z]*$/) units[directory] = 1
  } else if (type_of(file) ~ is_unit_type) {
    is_link_of_wants = directory ~ /\.(wants|requires|upholds)$/
    if (!is_link_of_wants || template_of(file) != "") units[file] = 1
    if (!is_link_of_wants) add_to(files, file, $0)
  }
}

END {
  for (unit in units) read_unit(unit)
  for (file in native) read_native(file, native[file])
  print "complete"
}

# --- units -----------------------------------------------------------------------------------------

function read_unit(unit,   template, prefix, type, list, count, paths, at) {
  set_specifiers(unit)
  template = template_of(unit)
  type = type_of(unit)
  list = files[unit] files[template] drop_ins[unit] drop_ins[template] drop_ins[type]
  # foo-.service.d is for every unit whose name begins with foo-.
  prefix = substr(unit, 1, length(unit) - length(type) - 1)
  while (match(prefix, /-[^-]*$/)) {
    prefix = substr(prefix, 1, RSTART)
    list = list drop_ins[prefix "." type]
    prefix = substr(prefix, 1, RSTART - 1)
  }
  count = split(list, paths, "\n")
  for (at = 1; at <= count; at++) if (paths[at] != "" && !((unit, paths[at]) in was_read)) read_file(unit, paths[at])
}

function set_specifiers(unit,   name, at, parts, count) {
  name = substr(unit, 1, length(unit) - length(type_of(unit)) - 1)
  known["n"] = unit; known["N"] = name; known["i"] = ""
  at = index(name, "@")
  known["p"] = at ? substr(name, 1, at - 1) : name
  if (at) known["i"] = substr(name, at + 1)
  if (at && known["i"] == "") known["i"] = known["n"] = known["N"] = "\002"
  count = split(known["p"], parts, "-")
  known["j"] = parts[count]
  known["I"] = known["i"] == "\002" ? "\002" : unescaped(known["i"])
  known["P"] = unescaped(known["p"])
  known["J"] = unescaped(known["j"])
}

# A name as systemd-escape --unescape prints it.
function unescaped(name,   out, at) {
  out = ""
  gsub(/-/, "/", name)
  while ((at = index(name, "\\"))) {
    if (substr(name, at, 4) !~ /^\\x[0-9A-Fa-f][0-9A-Fa-f]$/) return "\001"
    out = out substr(name, 1, at - 1) character(substr(name, at + 2, 2))
    name = substr(name, at + 4)
  }
  return out name
}

function character(hex) { return sprintf("%c", 16 * digit[substr(hex, 1, 1)] + digit[substr(hex, 2, 1)]) }

# Lines end at a line feed, a carriage return too; a backslash at the end joins the next line that is no comment.
function read_file(unit, file,   line, whole, parts, count, at) {
  was_read[unit, file] = 1
  whole = ""
  while ((getline line < file) > 0) {
    count = split(line, parts, "\r")
    for (at = 1; at <= count; at++) {
      sub(/^[ \t]+/, "", parts[at])
      if (parts[at] ~ /^[#;]/) continue
      whole = whole parts[at]
      if (sub(/\\$/, " ", whole)) continue
      read_line(unit, whole)
      whole = ""
    }
  }
  close(file)
  read_line(unit, whole)
}

function read_line(unit, line,   at, key, value) {
  at = index(line, "=")
  if (!at) return
  key = trimmed(substr(line, 1, at - 1))
  value = trimmed(substr(line, at + 1))
  if (key in is_account) print_accounts(unit, value)
  else if (key == "DynamicUser" && tolower(value) ~ /^(1|yes|y|true|t|on)$/) print_row(unit, "account", known["p"])
  else if (key in root) print_managed(unit, root[key], value)
  if (value ~ /[\/%]/) print_paths(unit, value)
}

function trimmed(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }

function print_row(unit, kind, text) { if (text != "") print unit "\t" kind "\t" text }

function print_accounts(unit, value,   words, count, at) {
  count = split(unquoted(value), words, " ")
  print_row(unit, "account", expanded(value))
  for (at = 1; at <= count; at++) if (words[at] != value) print_row(unit, "account", expanded(words[at]))
}

# StateDirectory=NAME:LINK: with a dynamic user the directory is below private/.
function print_managed(unit, above, value,   words, count, parts, parts_count, at, part) {
  count = split(unquoted(value), words, " ")
  for (at = 1; at <= count; at++) {
    parts_count = split(words[at], parts, ":")
    for (part = 1; part <= parts_count && part <= 2; part++) {
      if (parts[part] == "") continue
      print_row(unit, "path", plain(above "/" expanded(parts[part])))
      print_row(unit, "path", plain(above "/private/" expanded(parts[part])))
    }
  }
}

function print_paths(unit, value,   text) {
  text = plain(expanded(value))
  if (text ~ /\//) print_row(unit, "path", text)
  if (value ~ /["\047\\]/) print_row(unit, "path", plain(expanded(unquoted(value))))
}

# Paths as systemd simplifies them, and without the links that every system has.
function plain(text) {
  while (sub(/\/\.\//, "/", text)) continue
  gsub(/\/\/+/, "/", text)
  gsub(/\/var\/run\//, "/run/", text)
  gsub(/\/var\/lock\//, "/run/lock/", text)
  return text
}

function expanded(text,   out, at, letter) {
  out = ""
  while ((at = index(text, "%"))) {
    letter = substr(text, at + 1, 1)
    out = out substr(text, 1, at - 1) (letter in known ? known[letter] : "%" letter)
    text = substr(text, at + 2)
  }
  return out text
}

# A value without its quotes, and with the characters that its escapes stand for (extract_first_word(), cunescape()).
function unquoted(text,   out, at, sign, after) {
  out = ""
  while (match(text, /["\047\\]/)) {
    at = RSTART
    sign = substr(text, at, 1)
    out = out substr(text, 1, at - 1)
    after = substr(text, at + 1)
    if (sign != "\\") text = after
    else if (after ~ /^x[0-9A-Fa-f][0-9A-Fa-f]/) { out = out character(substr(after, 2, 2)); text = substr(after, 4) }
    else if (after ~ /^[0-3][0-7][0-7]/) {
      out = out sprintf("%c", 64 * substr(after, 1, 1) + 8 * substr(after, 2, 1) + substr(after, 3, 1))
      text = substr(after, 4)
    } else { out = out (after ~ /^s/ ? " " : substr(after, 1, 1)); text = substr(after, 2) }
  }
  return out text
}

# --- sysusers.d and tmpfiles.d ---------------------------------------------------------------------

function read_native(file, directory,   line, words, count) {
  set_specifiers("none.service")
  while ((getline line < file) > 0) {
    if (line ~ /^[ \t]*(#|$)/) continue
    count = split(unquoted(line), words, " ")
    print_row(base(file), "account", expanded(words[directory == "sysusers.d" ? 2 : 4]))
    print_row(base(file), "account", expanded(words[directory == "sysusers.d" ? 3 : 5]))
    if (directory == "tmpfiles.d") print_row(base(file), "path", plain(expanded(words[2])))
  }
  close(file)
}
