# Waits for the end of its standard input (also when the server was killed), then kills every process that carries this mark in its
# environment, again until there is none. Argument: the mark, NAME=VALUE
read -r end || :
found=1
while [ "$found" = 1 ]; do
  found=0
  for process in /proc/[0-9]*; do
    if grep -qzxF "$1" "$process/environ" 2>/dev/null; then
      kill -KILL "${process#/proc/}" 2>/dev/null && found=1
    fi
  done
done
