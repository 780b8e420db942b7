# ask.zsh SCRIPT LINE... - prints the words that zsh offers at the end of each line, and a blank line after each.
# The lines are typed into a zsh on a terminal of its own; what its completion adds is read from there.
zmodload zsh/zpty
zpty asked zsh -f -i
zpty -w asked "PROMPT=; stty -echo -opost; autoload -Uz compinit; compinit -u -D; source ${(q)1}"
zpty -w asked '
  compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-[OAD]\ * ]]; then
      local -a offered
      builtin compadd -A offered "$@"
      (( $#offered )) && print -rl -- "<"${^offered}">"
    fi
    builtin compadd "$@"
  }
  begun() { print -r -- "{{{" }
  ended() { compstate[insert]= compstate[list]=; print -r -- "}}}" }
  completed() {
    compprefuncs=(begun)
    comppostfuncs=(ended)
    _main_complete
  }
  zle -C completed complete-word completed
  bindkey "^I" completed
  print "REA""DY"'
zpty -r asked shown '*READY*'
shift
for line; do
  zpty -w -n asked $'\C-u'"$line"$'\t'
  zpty -r asked shown '*{{{*}}}*'
  offered=(${${${(M)${(f)shown}:#\<*\>}#\<}%\>})
  (( $#offered )) && print -rl -- $offered
  print
done
