# ask.fish SCRIPT LINE... - prints the words that fish offers at the end of each line, and a blank line after each.
source $argv[1]
for line in $argv[2..-1]
    complete -C $line | string replace -r '\t.*' ''
    echo
end
