//! Labs from elsewhere: a folder, a web server, a git repository; and what is refused of them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::loopback::{Answer, Server, content, serve, serve_folder};
use crate::workbench::{HI, Told, Workbench, empty, greeters, told};
use serde_json::{Value, json};

/// A course with a lab `greeting`, and its index.
fn course() -> Workbench {
    let bench = greeters(&["greeting"]);
    bench.write_crate("greeting", "greeting", HI);
    bench.write("greeting/README.md", "# The guide\n");
    let told = run(&bench, &["site", "build", "."]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    bench
}

fn run(home: &Workbench, words: &[&str]) -> Told {
    let mut checker = home.checker(words);
    for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        checker.env_remove(proxy);
    }
    unwrapped(told(checker.env("XDG_CONFIG_HOME", home.path("config"))))
}

/// Errors in one line, wherever they were broken to fit.
fn unwrapped(told: Told) -> Told {
    Told { stderr: told.stderr.split_whitespace().collect::<Vec<_>>().join(" "), ..told }
}

/// A student's home, with a site `turma` at this address.
fn student(url: &str) -> Workbench {
    let home = empty();
    let config = format!("within: 60s\nsites:\n  - name: turma\n    url: {url}\n");
    home.write("config/checker/config.yaml", config);
    home
}

fn checkout(home: &Workbench) -> Told {
    run(home, &["checkout", "greeting@turma"])
}

/// The lab comes, and is as in the course; it can be checked.
fn assert_comes(url: &str) {
    let home = student(url);
    let told = checkout(&home);
    assert_eq!(told.status, Some(0), "{url}: {}", told.stderr);
    assert_eq!(fs::read_to_string(home.path("greeting/src/main.rs")).unwrap(), HI);
    assert_eq!(fs::read_to_string(home.path("greeting/README.md")).unwrap(), "# The guide\n");
    let mut checker = home.checker(&["check"]);
    checker.current_dir(home.path("greeting")).assert().code(0);
    assert!(run(&home, &["update", "greeting"]).stdout.contains("There is nothing new."));
}

/// The site is refused with these words, and nothing at all is written.
fn assert_refused(server: &Server, why: &str) {
    let home = student(&server.url);
    let told = checkout(&home);
    assert_eq!((told.status, told.stdout.as_str()), (Some(3), ""), "{why}: {}", told.stderr);
    assert!(told.stderr.contains(why), "{why}: {}", told.stderr);
    assert!(told.stderr.starts_with("error: site turma: "), "{}", told.stderr);
    assert_nothing_written(&home);
}

fn assert_nothing_written(home: &Workbench) {
    let names = fs::read_dir(home.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
    let others: Vec<_> = names.filter(|name| name != "config").collect();
    assert!(others.is_empty(), "{others:?}");
}

/// A server of the course whose index was changed.
fn with_index(change: impl Fn(&mut Value)) -> Server {
    let course = course();
    let mut index: Value = serde_json::from_slice(&fs::read(course.path("index.json")).unwrap()).unwrap();
    change(&mut index);
    course.write("index.json", index.to_string());
    serve_course(course)
}

fn serve_course(course: Workbench) -> Server {
    serve(move |path| content(&course.path("."), path))
}

/// A server of the course that answers otherwise for one path.
fn with_answer(path: &'static str, answer: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let course = course();
    serve(move |asked| if asked == path { answer() } else { content(&course.path("."), asked) })
}

#[test]
fn a_lab_comes_from_a_folder_and_from_a_web_server() {
    let course = course();
    assert_comes(&course.path(".").display().to_string());
    let server = serve_folder(course.path("."));
    assert_comes(&server.url);
    assert_comes(&format!("{}/", server.url));
    // From a folder of the server, and by a way around within it.
    let parent = course.path("..");
    let name = course.path(".").canonicalize().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    assert_comes(&format!("{}/{name}", serve_folder(parent).url));
    let below = course.path(".");
    let around = serve(move |path| match path.strip_prefix("new/") {
        Some(path) => content(&below, path),
        None => Answer::Redirect(format!("/new/{path}")),
    });
    assert_comes(&around.url);
}

#[test]
fn an_index_tells_what_there_is() {
    let course = course();
    course.write("greeting/target/debug/big", "built");
    course.write("greeting/Cargo.lock", "made");
    course.write("greeting/.hidden", "hidden");
    let told = run(&course, &["site", "build", "."]);
    assert_eq!(
        told.stdout,
        "./index.json: 1 lab with 3 files. A web server needs this folder's index.json,\nlabs.yaml and exercises.\n"
    );
    let index: Value = serde_json::from_slice(&fs::read(course.path("index.json")).unwrap()).unwrap();
    assert_eq!(index["format"], 1);
    let lab = &index["labs"][0];
    assert_eq!(
        (&lab["id"], &lab["title"], &lab["exercise"]),
        (&json!("greeting"), &json!("Greeting"), &json!("greeting"))
    );
    let paths: Vec<&str> =
        lab["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["Cargo.toml", "README.md", "src/main.rs"]);
    assert_eq!(lab["files"][1]["size"], 12);

    course.write("labs.yaml", "format: 2\n");
    let told = run(&course, &["site", "build", "."]);
    assert_eq!(told.status, Some(2));
    assert!(told.stderr.contains("this checker reads `format: 1`"), "{}", told.stderr);
    assert_eq!(run(&course, &["site", "build", "nowhere"]).status, Some(2));
}

#[test]
fn sites_are_searched_in_their_order_and_the_official_one_last() {
    let course = greeters(&["hello"]);
    course.write_crate("hello", "hello", HI);
    let home = student(&course.path(".").display().to_string());
    let from = |words: &[&str], folder: &str| {
        let told = run(&home, &[&["checkout"], words, &[folder]].concat());
        assert_eq!(told.status, Some(0), "{}", told.stderr);
        told.stdout.split(" from the site ").nth(1).unwrap().split('.').next().unwrap().to_owned()
    };
    assert_eq!(from(&["hello"], "a"), "turma");
    assert_eq!(from(&["hello@official"], "b"), "official");
    assert_eq!(from(&["echo"], "c"), "official");
    // A site that is down ends the search: nobody gets another lab unawares.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = student(&format!("http://{closed}/"));
    let told = run(&home, &["checkout", "hello"]);
    assert_eq!(told.status, Some(3));
    assert!(told.stderr.contains("it cannot be reached"), "{}", told.stderr);
    assert!(told.stderr.contains("checker checkout hello@official"), "{}", told.stderr);
    let told = run(&home, &["--lang", "pt-BR", "checkout", "hello"]);
    assert!(told.stderr.contains("não é possível chegar até ele"), "{}", told.stderr);
    assert_nothing_written(&home);
}

#[test]
fn sites_are_listed_and_taken_out() {
    let (home, course) = (empty(), course());
    let run = |words: &[&str]| run(&home, &[&["site"], words].concat());
    let path = course.path(".").canonicalize().unwrap();
    assert_eq!(run(&["list"]).stdout, "official  comes with the checker\n");
    assert_eq!(run(&["add", "turma", path.to_str().unwrap()]).status, Some(0));
    assert_eq!(run(&["add", "web", "https://example.org/course"]).stdout.lines().count(), 1);
    assert!(run(&["add", "plain", "http://example.org/course"]).stdout.contains("https is safer"));
    let listed = run(&["list"]).stdout;
    let names: Vec<&str> = listed.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["turma", "web", "plain", "official"]);
    assert!(listed.contains(path.to_str().unwrap()), "{listed}");
    assert_eq!(run(&["remove", "web"]).status, Some(0));
    assert!(!run(&["list"]).stdout.contains("web"));
    for (words, why) in [
        (&["add", "turma", "https://example.org/"][..], "there is a site of this name already"),
        (&["add", "official", "https://example.org/"], "official is taken"),
        (&["add", "Turma", "https://example.org/"], "this cannot be the name of a site"),
        (&["add", "x", "ext::sh -c touch% x"], "this is no address of a site"),
        (&["add", "x", "file:///etc"], "this is no address of a site"),
        (&["add", "x", "https://ana:secret@example.org/"], "Leave them out"),
        (&["add", "x", "nowhere"], "there is no such folder"),
        (&["remove", "web"], "there is no site of this name"),
    ] {
        let told = run(words);
        assert_eq!(told.status, Some(2), "{words:?}");
        assert!(told.stderr.contains(why), "{words:?}: {}", told.stderr);
    }
}

#[test]
fn config_yaml_is_read_as_strictly_as_labs_yaml() {
    let home = empty();
    for (config, why) in [
        ("sties: []\n", "did you mean `sites`?"),
        ("sites:\n  - name: turma\n", "a site without `url`"),
        ("sites:\n  - {name: a, url: x, kind: y}\n", "`kind` is no key of a site"),
        ("sites:\n  - {name: official, url: x}\n", "the site that the checker brings along"),
        ("sites:\n  - {name: a, url: x}\n  - {name: a, url: y}\n", "a second site with the name `a`"),
        ("sites: 3\n", "where a list is needed"),
        ("within: 3\n", "has no unit"),
        ("sites: [\n", "this is no YAML"),
    ] {
        let file = home.write("config/checker/config.yaml", config);
        for words in [&["checkout", "hello"][..], &["site", "list"]] {
            let told = run(&home, words);
            assert_eq!(told.status, Some(2), "{config}");
            assert!(told.stderr.contains(why), "{config}: {}", told.stderr);
            assert!(told.stderr.contains(file.to_str().unwrap()), "{}", told.stderr);
        }
        assert_nothing_written(&home);
    }
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    let long = "a/".repeat(200) + "x";
    for (path, why) in [
        ("../../../x", "leads out of the lab's folder"),
        ("src/../../x", "leads out of the lab's folder"),
        ("/etc/cron.d/x", "is an absolute one"),
        ("C:\\x", "is an absolute one"),
        ("..\\..\\x", "has more in it than letters"),
        ("src/x\0y", "has more in it than letters"),
        ("src/\x1b]0;x\x07.rs", "has more in it than letters"),
        (".git/hooks/post-checkout", "is hidden"),
        (".cargo/config.toml", "is hidden"),
        (".checker.json", "is hidden"),
        ("src/con.rs", "is a device"),
        ("lab.yaml", "writes itself"),
        (&long, "is too long"),
        ("", "is empty"),
        ("readme.MD", "stands for two files"),
        ("README.md", "stands for two files"),
        ("src", "stands for two files"),
    ] {
        let path = path.to_owned();
        let server = with_index(move |index| {
            let mut file = index["labs"][0]["files"][0].clone();
            file["path"] = json!(path);
            index["labs"][0]["files"].as_array_mut().unwrap().push(file);
        });
        assert_refused(&server, why);
    }
    let server = with_index(|index| index["labs"][0]["exercise"] = json!("../.."));
    assert_refused(&server, "leads out of the lab's folder");
}

#[test]
fn an_index_that_is_none_is_refused() {
    let text = |text: String| with_answer("index.json", move || Answer::Content(text.clone().into_bytes()));
    assert_refused(&text("<html>".into()), "index.json is no index");
    assert_refused(&text(String::new()), "index.json is no index");
    assert_refused(
        &text("{\"format\": 1, \"labs\": ".to_owned() + &"[".repeat(100_000)),
        "index.json is no index",
    );
    assert_refused(&text("{\"format\": 1}".into()), "missing field");
    let changed = |change: fn(&mut Value)| with_index(change);
    assert_refused(&changed(|index| index["format"] = json!(2)), "the format 2");
    assert_refused(
        &changed(|index| index["labs"][0]["id"] = json!("\x1b[2J")),
        "index.json has \"\\x1B[2J\" in it",
    );
    assert_refused(
        &changed(|index| index["labs"][0]["id"] = json!("other")),
        "do not agree about \"greeting\"",
    );
    assert_refused(&changed(|index| index["labs"][0]["exercise"] = json!("other")), "do not agree");
    assert_refused(
        &changed(|index| index["labs_file"]["sha256"] = json!("xy")),
        "index.json has \"xy\" in it",
    );
    assert_refused(&changed(|index| index["labs_file"]["size"] = json!(-1)), "index.json is no index");
    assert_refused(
        &changed(|index| {
            let lab = index["labs"][0].clone();
            index["labs"].as_array_mut().unwrap().push(lab);
        }),
        "index.json has \"greeting\" in it",
    );
    assert_refused(&changed(|index| index["labs"][0]["files"] = json!([])), "has no exercise");
    assert_refused(
        &changed(|index| {
            let file = index["labs"][0]["files"][0].clone();
            let many = (0..1000).map(|number| {
                let mut file = file.clone();
                file["path"] = json!(format!("src/x{number}.rs"));
                file
            });
            index["labs"][0]["files"] = many.collect();
        }),
        "has too many files",
    );
    assert_refused(
        &changed(|index| index["labs"][0]["files"][0]["size"] = json!(1_u64 << 40)),
        "is larger than",
    );
    assert_refused(
        &changed(|index| {
            let file = index["labs"][0]["files"][0].clone();
            let many = (0..9).map(|number| {
                let mut file = file.clone();
                (file["path"], file["size"]) = (json!(format!("src/x{number}.rs")), json!(4 << 20));
                file
            });
            index["labs"][0]["files"] = many.collect();
        }),
        "\"greeting\" is too large",
    );
}

#[test]
fn bytes_that_are_not_those_of_the_index_are_refused() {
    let readme = |answer: fn() -> Answer| with_answer("greeting/README.md", answer);
    // The right length, the wrong bytes; too few; too many; without an end.
    assert_refused(
        &readme(|| Answer::Content(b"# The guidf\n".to_vec())),
        "has other bytes than the index says",
    );
    assert_refused(
        &readme(|| Answer::Content(b"# The".to_vec())),
        "has not the 12 bytes that the index says",
    );
    assert_refused(&readme(|| Answer::Content(vec![b'x'; 13])), "has not the 12 bytes that the index says");
    assert_refused(&readme(|| Answer::Endless), "has not the 12 bytes that the index says");
    // A connection that breaks off, and what is not there.
    assert_refused(&readme(|| Answer::Short(b"# The".to_vec(), 12)), "it cannot be reached");
    assert_refused(&readme(|| Answer::Status(404)), "it has no greeting/README.md");
    assert_refused(&readme(|| Answer::Status(500)), "it answers with the status 500");
    let labs = with_answer("labs.yaml", || Answer::Content(b"format: 1\n".to_vec()));
    assert_refused(&labs, "labs.yaml\" has not the");
}

#[test]
fn answers_without_an_end_and_answers_that_never_come_are_ended() {
    assert_refused(&with_answer("index.json", || Answer::Endless), "\"index.json\" is larger than");
    assert_refused(&with_answer("index.json", || Answer::EndlessHeader), "it cannot be reached");
    for answer in [|| Answer::Drip, || Answer::Silence] {
        let server = with_answer("greeting/README.md", answer);
        let home = student(&server.url);
        let config = fs::read_to_string(home.path("config/checker/config.yaml")).unwrap();
        home.write("config/checker/config.yaml", config.replace("60s", "500ms"));
        let told = checkout(&home);
        assert_eq!(told.status, Some(3), "{}", told.stderr);
        // Twelve drops are all that the file may have.
        let ended = ["it takes longer than 500 ms", "has not the 12 bytes"];
        assert!(ended.iter().any(|why| told.stderr.contains(why)), "{}", told.stderr);
        assert_nothing_written(&home);
    }
    let home = student(&with_answer("index.json", || Answer::Drip).url);
    let config = fs::read_to_string(home.path("config/checker/config.yaml")).unwrap();
    home.write("config/checker/config.yaml", config.replace("60s", "500ms"));
    let told = checkout(&home);
    assert!(told.stderr.contains("it takes longer than 500 ms"), "{}", told.stderr);
    assert!(told.stderr.contains("`within: 5m` in config.yaml"), "{}", told.stderr);
}

#[test]
fn redirects_lead_to_no_other_machine_and_to_no_file() {
    let other = Arc::new(serve_course(course()));
    let secret = empty();
    secret.write("index.json", "secret");
    for to in [
        format!("file://{}", secret.path("index.json").display()),
        format!("{}/index.json", other.url),
        "http://localhost:1/index.json".to_owned(),
        "ftp://127.0.0.1/index.json".to_owned(),
        "//example.org/index.json".to_owned(),
        "javascript:x".to_owned(),
        String::new(),
        // In circles.
        "/index.json".to_owned(),
    ] {
        let server = with_answer("index.json", move || Answer::Redirect(to.clone()));
        assert_refused(&server, "sends us on to");
    }
}

#[test]
fn a_labs_yaml_with_problems_never_lands() {
    let spoilt = |labs: &str| {
        let course = course();
        let digest: [u8; 32] = {
            use sha2::Digest;
            sha2::Sha256::digest(labs.as_bytes()).into()
        };
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut index: Value = serde_json::from_slice(&fs::read(course.path("index.json")).unwrap()).unwrap();
        index["labs_file"] = json!({"size": labs.len(), "sha256": digest});
        course.write("index.json", index.to_string());
        course.write("labs.yaml", labs);
        serve_course(course)
    };
    let good = fs::read_to_string(course().path("labs.yaml")).unwrap();
    assert_refused(
        &spoilt(&good.replace("prints:", "shouts:")),
        "labs.yaml has problems (1), first of all labs.yaml:12:",
    );
    assert_refused(&spoilt("format: 9\n"), "labs.yaml has problems");
    assert_refused(
        &spoilt(&good.replace("Greeting\n", "\"\\e[2J\"\nx\x1b[2J: 1\n")),
        "labs.yaml has problems",
    );
    assert_refused(&spoilt(&good.replace("exercise: greeting", "exercise: ../x")), "labs.yaml has problems");
    assert_refused(&spoilt(&good.replace("exercise: greeting", "exercise: .git")), "is hidden");
}

#[test]
fn links_are_refused_in_folders_and_in_repositories() {
    let course = course();
    std::os::unix::fs::symlink("/etc/passwd", course.path("greeting/src/secret.rs")).unwrap();
    let refused = |url: &str| {
        let home = student(url);
        let told = checkout(&home);
        assert_eq!(told.status, Some(3), "{url}: {}", told.stderr);
        assert!(told.stderr.contains("secret.rs\" is no file, but a link"), "{url}: {}", told.stderr);
        assert_nothing_written(&home);
    };
    refused(&course.path(".").display().to_string());
    let bare = repository(&course);
    refused(&bare.path("course.git").display().to_string());
    // The exercise itself, and a labs.yaml, as links.
    let elsewhere = self::course();
    let linked = empty();
    std::os::unix::fs::symlink(elsewhere.path("greeting"), linked.path("greeting")).unwrap();
    fs::copy(elsewhere.path("labs.yaml"), linked.path("labs.yaml")).unwrap();
    let told = checkout(&student(&linked.path(".").display().to_string()));
    assert!(told.stderr.contains("is no file, but a link"), "{}", told.stderr);
    fs::remove_file(linked.path("labs.yaml")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path("labs.yaml"), linked.path("labs.yaml")).unwrap();
    let told = checkout(&student(&linked.path(".").display().to_string()));
    assert!(told.stderr.contains("\"labs.yaml\" is no file"), "{}", told.stderr);
}

/// The course's folder as a bare repository, course.git.
fn repository(course: &Workbench) -> Workbench {
    let bare = empty();
    git(&course.path("."), &["init", "--quiet"]);
    git(&course.path("."), &["add", "--all"]);
    git(&course.path("."), &["commit", "--quiet", "--message", "course"]);
    let to = bare.path("course.git");
    git(&course.path("."), &["clone", "--quiet", "--bare", ".", to.to_str().unwrap()]);
    bare
}

fn git(folder: &Path, words: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=ana", "-c", "user.email=ana@example.org"]).args(words).current_dir(folder);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    assert!(git.status().unwrap().success(), "{words:?}");
}

#[test]
fn a_lab_comes_from_a_git_repository_and_nothing_of_it_runs() {
    let course = course();
    // Whatever could run, leaves its trace.
    let trace = empty();
    let touch = format!("touch {}", trace.path("ran").display());
    course.write("greeting/.gitattributes", "* filter=evil\n");
    course.write(".gitattributes", "* filter=evil diff=evil\n");
    course.write(".lfsconfig", format!("[filter \"evil\"]\n\tsmudge = {touch}\n"));
    let bare = repository(&course);
    let home = student(&bare.path("course.git").display().to_string());
    for hook in ["post-checkout", "post-merge", "reference-transaction"] {
        let hook = bare.write(&format!("course.git/hooks/{hook}"), format!("#!/bin/sh\n{touch}\n"));
        fs::set_permissions(hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let own = home.write(&format!("hooks/{}", "post-checkout"), format!("#!/bin/sh\n{touch}\n"));
        fs::set_permissions(own, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    // Nor does the student's own configuration change anything.
    home.write(
        ".gitconfig",
        format!(
            "[core]\n\thooksPath = {}\n[filter \"evil\"]\n\tsmudge = {touch}\n[init]\n\ttemplateDir = {}\n[url \"/nowhere\"]\n\tinsteadOf = file://\n",
            home.path("hooks").display(),
            home.path("hooks").display()
        ),
    );
    let mut checker = home.checker(&["checkout", "greeting"]);
    checker.env("XDG_CONFIG_HOME", home.path("config")).env("HOME", home.path("."));
    checker.env("GIT_DIR", "/nowhere").env("GIT_SSH_COMMAND", &touch).env("TMPDIR", trace.path("."));
    let told = told(&mut checker);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert_eq!(fs::read_to_string(home.path("greeting/src/main.rs")).unwrap(), HI);
    assert!(!home.path("greeting/.gitattributes").exists());
    // No trace, and no clone left behind.
    assert_eq!(fs::read_dir(trace.path(".")).unwrap().count(), 0);
    // What is new comes from there, too.
    course.write("greeting/README.md", "# New\n");
    git(&course.path("."), &["commit", "--quiet", "--all", "--message", "new"]);
    git(&course.path("."), &["push", "--quiet", bare.path("course.git").to_str().unwrap(), "HEAD"]);
    fs::remove_dir_all(bare.path("course.git/hooks")).unwrap();
    let told = run(&home, &["update", "greeting"]);
    assert!(told.stdout.contains("updated    README.md"), "{}{}", told.stdout, told.stderr);
}

#[test]
fn a_git_site_that_fails_is_told_in_gits_words() {
    let home = student("/nowhere/course.git");
    let told = checkout(&home);
    assert_eq!(told.status, Some(3));
    assert!(told.stderr.contains("git could not fetch it. git: fatal: "), "{}", told.stderr);
    // A server that never answers is left when its time is over.
    let server = serve(|_| Answer::Silence);
    let home = student(&format!("git+{}/course", server.url));
    let config = fs::read_to_string(home.path("config/checker/config.yaml")).unwrap();
    home.write("config/checker/config.yaml", config.replace("60s", "500ms"));
    let told = checkout(&home);
    assert_eq!(told.status, Some(3));
    assert!(told.stderr.contains("it takes longer than 500 ms"), "{}", told.stderr);
    // A redirect to another machine or to another transport is not followed.
    let other = serve(|_| Answer::Status(404));
    for to in [format!("{}/x", other.url), "ext::sh".to_owned(), "file:///etc".to_owned()] {
        let server = serve(move |_| Answer::Redirect(to.clone()));
        let told = checkout(&student(&format!("git+{}/course", server.url)));
        assert_eq!(told.status, Some(3));
        assert!(told.stderr.contains("git could not fetch it."), "{}", told.stderr);
    }
    let mut checker = home.checker(&["checkout", "greeting"]);
    let told =
        crate::workbench::told(checker.env("XDG_CONFIG_HOME", home.path("config")).env("PATH", "/nowhere"));
    assert!(told.stderr.contains("Install git."), "{}", told.stderr);
    assert_nothing_written(&home);
}
