//! The checker's own source: what is said through `t!`, and what reads as words and is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::parse::{Nothing, ParseStream};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprCall, ExprMethodCall, Item, ItemMod, Lit, LitStr, Macro, Meta, Pat, Token, braced,
    parenthesized,
};

pub struct Source {
    /// Below checker/src.
    pub file: String,
    /// The texts of its `t!`s, and the names of what they are given.
    pub said: Vec<(String, BTreeSet<String>)>,
    pub unsaid: Vec<Unsaid>,
}

/// A text that reads as words, outside of `t!`.
pub struct Unsaid {
    pub text: String,
}

impl Source {
    /// Every file that is part of the checker itself; tests are not.
    pub fn all() -> Vec<Source> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut read: Vec<(PathBuf, syn::File)> = Vec::new();
        for file in files(&root) {
            let parsed = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
            read.push((file, parsed));
        }
        let tests: Vec<PathBuf> = read.iter().flat_map(|(file, parsed)| test_modules(file, parsed)).collect();
        read.iter()
            .filter(|(file, _)| {
                !tests.iter().any(|test| file.starts_with(test) || *file == test.with_extension("rs"))
            })
            .map(|(file, parsed)| {
                let name = file.strip_prefix(&root).unwrap().display().to_string();
                let mut reader = Reader { file: name, said: Vec::new(), unsaid: Vec::new() };
                reader.visit_file(parsed);
                Source { file: reader.file, said: reader.said, unsaid: reader.unsaid }
            })
            .collect()
    }
}

/// Does it look like something for people: a blank, and a word outside of `{…}`?
fn reads_as_words(text: &str) -> bool {
    let mut own = String::new();
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth <= 0 => own.push(c),
            _ => {}
        }
    }
    let mut words = own.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    own.contains([' ', '\n']) && words.any(|word| !UNITS.contains(&word))
}

/// The same in every language.
const UNITS: [&str; 5] = ["ms", "min", "KiB", "MiB", "GiB"];

struct Reader {
    file: String,
    said: Vec<(String, BTreeSet<String>)>,
    unsaid: Vec<Unsaid>,
}

impl Reader {
    fn message(&mut self, call: &Macro) {
        let arguments = arguments(call).unwrap_or_else(|| panic!("{}: a t! cannot be read", self.file));
        let mut arguments = arguments.iter();
        let Some(Expr::Lit(literal)) = arguments.next() else {
            assert_eq!(self.file, ANY_HELP_TEXT, "the text of t! must stand in it");
            return;
        };
        let Lit::Str(text) = &literal.lit else { panic!("{}: the text of t! must be a text", self.file) };
        let mut given = BTreeSet::new();
        for argument in arguments {
            let Expr::Assign(assignment) = argument else { panic!("{}: {}", self.file, text.value()) };
            let Expr::Path(name) = assignment.left.as_ref() else { panic!("{}", self.file) };
            let name = name.path.require_ident().unwrap().to_string();
            self.visit_expr(&assignment.right);
            if name != "locale" {
                given.insert(name);
            }
        }
        self.said.push((text.value(), given));
    }
}

/// Here, and only here, t! is asked for texts that stand elsewhere: all that language/help.rs gives.
const ANY_HELP_TEXT: &str = "cli/speech.rs";

/// Macros whose texts nobody reads unless the checker is broken; `json` makes documents for programs.
const FOR_PROGRAMMERS: [&str; 10] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "panic",
    "unreachable",
    "matches",
    "env",
    "json",
];

/// Functions and methods whose texts are no message.
const OF_NO_PERSON: [&str; 2] = ["expect", "new_regex"];

impl<'a> Visit<'a> for Reader {
    fn visit_attribute(&mut self, _: &'a Attribute) {}

    fn visit_item(&mut self, item: &'a Item) {
        if !attributes(item).iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        if !item.attrs.iter().any(is_test) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    /// What is compared is not said.
    fn visit_pat(&mut self, pattern: &'a Pat) {
        if !matches!(pattern, Pat::Lit(_) | Pat::Range(_)) {
            visit::visit_pat(self, pattern);
        }
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(function) = call.func.as_ref() {
            let path: Vec<String> =
                function.path.segments.iter().map(|part| part.ident.to_string()).collect();
            if path.ends_with(&["Regex".into(), "new".into()]) {
                return;
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        if OF_NO_PERSON.contains(&call.method.to_string().as_str()) {
            return self.visit_expr(&call.receiver);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        let name = call.path.segments.last().map(|part| part.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "t" => self.message(call),
            name if FOR_PROGRAMMERS.contains(&name) => {}
            "macro_rules" => match call.parse_body_with(expansion) {
                Ok(expansion) => self.visit_expr(&expansion),
                Err(error) => panic!("{}: macro_rules! cannot be read: {error}", self.file),
            },
            _ => match arguments(call) {
                Some(arguments) => arguments.iter().for_each(|argument| self.visit_expr(argument)),
                None => panic!("{}: {name}! cannot be read", self.file),
            },
        }
    }

    fn visit_lit_str(&mut self, literal: &'a LitStr) {
        if reads_as_words(&literal.value()) {
            self.unsaid.push(Unsaid { text: literal.value() });
        }
    }
}

fn arguments(call: &Macro) -> Option<Vec<Expr>> {
    let listed = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
    // vec![element; length]
    let repeated = || call.parse_body_with(Punctuated::<Expr, Token![;]>::parse_terminated).ok();
    listed.map(|all| all.into_iter().collect()).ok().or_else(|| Some(repeated()?.into_iter().collect()))
}

/// What a macro with the one rule `() => { … }` stands for.
fn expansion(input: ParseStream<'_>) -> syn::Result<Expr> {
    let (nothing, body);
    parenthesized!(nothing in input);
    nothing.parse::<Nothing>()?;
    input.parse::<Token![=>]>()?;
    braced!(body in input);
    input.parse::<Option<Token![;]>>()?;
    body.parse()
}

fn is_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => {
            list.path.is_ident("cfg")
                && list.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
        }
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
    }
}

/// Files and folders of modules that only tests have, without `.rs`.
fn test_modules(file: &Path, parsed: &syn::File) -> Vec<PathBuf> {
    let folder = match file.file_stem().unwrap().to_str().unwrap() {
        "mod" | "lib" | "main" => file.parent().unwrap().to_path_buf(),
        _ => file.with_extension(""),
    };
    let modules = parsed.items.iter().filter_map(|item| match item {
        Item::Mod(ItemMod { attrs, ident, content: None, .. }) if attrs.iter().any(is_test) => Some(ident),
        _ => None,
    });
    modules.map(|name| folder.join(name.to_string())).collect()
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
    all.sort();
    all
}
