/** The scripts of `bottlectl completion`: each asks the client itself. Pure. */
export const completionScript = (shell: 'bash' | 'zsh' | 'fish'): string => SCRIPTS[shell]

const BASH = `# bash completion for bottlectl
__bottlectl() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current found
  read -ra words <<< "$line"
  [[ "$line" == *' ' ]] && words+=("")
  current="\${words[-1]}"
  COMPREPLY=()
  # Read line by line: an unquoted expansion would be taken for patterns.
  while IFS= read -r found; do
    COMPREPLY+=("$found")
  done < <(bottlectl __complete -- "\${words[@]:1}" 2>/dev/null)
  # bash splits words at = and :, so only the part after them is offered.
  local cut="\${current%"\${current##*[=:]}"}"
  [[ -n "$cut" ]] && COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then
    compopt -o default 2>/dev/null
  elif [[ \${COMPREPLY[0]} == *[=./:] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F __bottlectl bottlectl
`

const ZSH = `#compdef bottlectl
# zsh completion for bottlectl
_bottlectl() {
  local -a found
  found=("\${(@f)$(bottlectl __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "\${found[*]}" ]]; then
    _files
  else
    # Candidates with such an end are unfinished.
    local -a open=("\${(@M)found:#*[=./:]}") whole=("\${(@)found:#*[=./:]}")
    (( $#open )) && compadd -Q -S '' -- "\${open[@]}"
    (( $#whole )) && compadd -Q -- "\${whole[@]}"
  fi
}
if [ "$funcstack[1]" = "_bottlectl" ]; then
  _bottlectl "$@"
else
  compdef _bottlectl bottlectl
fi
`

const FISH = `# fish completion for bottlectl
function __bottlectl_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (bottlectl __complete -- $words[2..-1] 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c bottlectl -f -a '(__bottlectl_complete)'
`

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const
