//! A check → the lines of labs.yaml that would be read as it.

use crate::model::script::Script;

/// Of the list below `checks:`.
const INDENT: &str = "      ";

/// An entry of a lab's `checks`, indented as there, with its newline. `args` are the check's own, where it has any.
pub fn check_in_yaml(id: &str, title: &str, args: &[String], script: &Script) -> String {
    let mut lines = vec![format!("{INDENT}- id: {id}"), format!("{INDENT}  title: {}", quoted(title))];
    if !args.is_empty() {
        let args: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
        lines.push(format!("{INDENT}  args: [{}]", args.join(", ")));
    }
    lines.push(format!("{INDENT}  script: |"));
    lines.extend(script.to_string().lines().map(|line| format!("{INDENT}    {line}")));
    lines.join("\n") + "\n"
}

/// In double quotes, which YAML reads as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
