# ask.bash SCRIPT LINE... - prints the words that bash offers at the end of each line, and a blank line after each.
# The words of a line are split as bash does: at blanks, and at = and : too.
source "$1"
shift
for COMP_LINE; do
  COMP_POINT=${#COMP_LINE} COMP_WORDS=() COMPREPLY=()
  rest=$COMP_LINE
  while [[ $rest =~ ^[[:space:]]*([=:]+|(\\.|[^=:[:space:]\\])+) ]]; do
    COMP_WORDS+=("${BASH_REMATCH[1]}")
    rest=${rest:${#BASH_REMATCH[0]}}
  done
  [[ $rest ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _eplb eplb "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
  echo
done
