# Waits for the end of its standard input (also when the server was killed), then kills every process that carries this mark in its
# environment, again until there is none. Argument: the mark, NAME=VALUE
read -r end || :
found=1
while [ "$found" = 1 ]; do
  found=0
  for file in $(grep -lszxF -- "$1" /proc/[0-9]*/environ); do
    process=${file#/proc/}
    kill -KILL "${process%/environ}" 2>/dev/null && found=1
  done
done
