#!/usr/bin/env bash
# Grades the exercises that a pull request changes.
#
#   grade.sh BASE HEAD
#
# BASE  a checkout of the branch that the pull request wants to change: its checker and its labs.yaml are used
# HEAD  a checkout of the pull request, with its history
#
# Standard output is made of workflow commands (annotations) and, between stop-commands, of what the checker
# tells. The summary goes to $GITHUB_STEP_SUMMARY where that is set.
#
# Exit status: 0 everything passed, or no exercise was changed; 1 something failed; 3 grading itself failed.
set -euo pipefail
export LC_ALL=C.UTF-8

main() {
    (($# == 2)) || stop "usage: grade.sh BASE HEAD"
    base=$(cd -- "$1" && pwd -P)
    head=$(cd -- "$2" && pwd -P)
    here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
    work=$(mktemp -d)
    trap 'rm -rf -- "$work"' EXIT

    changed_files
    changed_labs
    if ((${#labs[@]} == 0)); then
        echo "This pull request changes no exercise: there is nothing to grade."
        exit 0
    fi
    build_checker

    local worst=0 lab status
    for lab in "${labs[@]}"; do
        grade "$lab" && status=0 || status=$?
        # 0 and 1 are verdicts; whatever else the checker says is no word about the student.
        ((status <= 1)) || status=3
        ((status <= worst)) || worst=$status
    done
    exit "$worst"
}

# All files that differ between the pull request and the point where it left the base branch.
changed_files() {
    local commit
    commit=$(git -C "$base" rev-parse HEAD)
    git -C "$head" cat-file -e "$commit^{commit}" 2>/dev/null ||
        git -C "$head" fetch --quiet --no-tags "$base" "$commit" ||
        stop "the base branch's commit cannot be fetched"
    git -C "$head" diff --name-only --no-renames --no-ext-diff -z "$commit...HEAD" >"$work/changed" ||
        stop "the pull request and its base branch have no common history"
    local file other=()
    while IFS= read -r -d '' file; do
        case $file in
            labs.yaml | checker/* | solutions/* | .github/*) other+=("${file%%/*}") ;;
        esac
    done <"$work/changed"
    if ((${#other[@]} > 0)); then
        local names
        names=$(printf '%s\n' "${other[@]}" | sort -u | tr '\n' ' ')
        echo "::notice title=Not used for grading::This pull request also changes: ${names% }." \
            "The base branch's checker and labs.yaml decide."
    fi
}

# The folders below exercises/ that were touched, each once. A folder's name becomes a word on command
# lines and in workflow commands, so that only a lab's own form of name is taken.
changed_labs() {
    labs=()
    local file lab
    declare -A seen=()
    while IFS= read -r -d '' file; do
        [[ $file == exercises/* ]] || continue
        lab=${file#exercises/}
        lab=${lab%%/*}
        [[ $lab =~ ^[a-z0-9][a-z0-9-]*$ && -z ${seen[$lab]:-} ]] || continue
        # A file beside the folders, such as a common clippy.toml, has a dot; one without is no lab either.
        [[ $file == exercises/*/* || -L $head/exercises/$lab || -d $base/exercises/$lab ]] || continue
        seen[$lab]=yes
        labs+=("$lab")
    done <"$work/changed"
}

# From the base branch, in its own folder, so that nothing in the pull request configures cargo.
build_checker() {
    (cd -- "$base" && cargo build --quiet --locked --package checker --target-dir "$base/target") >&2 ||
        stop "the base branch's checker does not build"
    checker=$base/target/debug/checker
}

# Gives the checker's status for one lab.
grade() {
    local lab=$1 folder=$head/exercises/$1 report=$work/$1.json status
    # A link would lead to somebody else's work, the reference solution perhaps.
    if [[ -L $head/exercises || -L $folder ]]; then
        echo "::error title=$lab::exercises/$lab is a link: hand in the folder itself."
        return 1
    fi
    if [[ ! -d $folder ]]; then
        echo "::error title=$lab::exercises/$lab was removed: there is nothing left to grade."
        return 1
    fi
    if ! "$checker" list --labs "$base/labs.yaml" --format json | grep -Fq -- "\"lab\": \"$lab\""; then
        echo "::notice title=$lab::The base branch has no lab of this name: exercises/$lab is not graded."
        return 0
    fi
    # What a student's program prints must not become a workflow command. The word that ends the pause is
    # drawn for each lab and is in no child's environment or command line.
    local token
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    ((${#token} == 32)) || return 3
    printf '\n::stop-commands::%s\n' "$token"
    bare "$checker" check --color never --labs "$base/labs.yaml" --lab "$lab" "$folder/" \
        --report "json=$report" 2>&1 </dev/null && status=0 || status=$?
    printf '\n::%s::\n' "$token"

    python3 -I "$here/annotate.py" "$lab" "$folder" "$report" "$status" || status=3
    return "$status"
}

# Runs a command that sees nothing of the workflow: no token, no file that steers the runner.
bare() {
    local keep=() name
    for name in PATH HOME CARGO_HOME RUSTUP_HOME RUSTUP_TOOLCHAIN TMPDIR; do
        [[ -z ${!name:-} ]] || keep+=("$name=${!name}")
    done
    env -i "${keep[@]}" LC_ALL="$LC_ALL" XDG_CACHE_HOME="$work/cache" XDG_STATE_HOME="$work/state" "$@"
}

stop() {
    echo "::error title=Grading failed::$*"
    exit 3
}

main "$@"
