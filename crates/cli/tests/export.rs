//! The rows of a client's, encrypted to it: what is in the seal, what is not, and when none is made.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;

use meibo::{Identity, unseal_as};

use crate::desk::{Desk, other_tool};

const ASK: [&str; 4] = ["--key", "key.txt", "--registry", "registry"];

/// A desk with clients of 300 people each, and the test data's identity, whose recipient is in `owner.pub`.
fn desk() -> Desk {
    let desk = Desk::new();
    for (number, client) in ["city-a", "city-b", "city-c"].into_iter().enumerate() {
        let start = 300 * number as u32;
        desk.fingerprint(client, start..start + 300, &[], 0);
    }
    let identity = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/age/identity.txt");
    desk.write("owner.key", std::fs::read(identity).unwrap());
    desk.write("owner.pub", format!("{}\n", identity_of(&desk)[0].recipient()));
    desk
}

fn identity_of(desk: &Desk) -> Vec<Identity> {
    Identity::parse_all(&desk.text("owner.key")).unwrap()
}

/// Runs an export to `out.age`.
fn export(desk: &Desk, client: &str, more: &[&str], code: i32) -> String {
    let front = ["export", client, "--seal-to", "owner.pub", "-o", "out.age"];
    desk.meibo(&[&front[..], &ASK, more].concat(), code).1
}

/// What is in the seal.
fn inside(desk: &Desk, name: &str) -> String {
    let bytes = unseal_as(&desk.read(name), &identity_of(desk), *b"\xEF\xBB\xBFfile,").unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The rows that `--records` names a client's, with a posterior of so much, as lines of the seized file stand there.
fn expected(desk: &Desk, seized: &str, client: &str, least: f64) -> Vec<String> {
    let records = desk.text(&format!("rows/{seized}.csv"));
    let list = desk.text(seized);
    let lines: Vec<&str> = list.lines().skip(1).collect();
    let mut rows = Vec::new();
    for record in records.lines().skip(1) {
        let cells: Vec<&str> = record.split(',').collect();
        if cells[1] == client && cells[3].parse::<f64>().unwrap() >= least {
            let line = lines[cells[0].parse::<usize>().unwrap() - 1];
            rows.push(format!("{seized},{},{},{line}", cells[0], cells[3]));
        }
    }
    rows
}

#[test]
fn the_seal_holds_the_rows_that_records_names_and_no_other() {
    let desk = desk();
    desk.write_list("seized.csv", 250..350);
    desk.write_list("strangers.csv", 3_000..3_050);
    desk.meibo(&[&["attribute", "--records", "rows", "seized.csv", "strangers.csv"], &ASK[..]].concat(), 0);
    let said = export(&desk, "city-a", &["seized.csv", "strangers.csv"], 0);
    assert_eq!(
        said,
        "seized.csv: 50 rows of city-a\n\
         out.age: 50 rows of city-a in 1 of 2 lists; it is no source of 1; sealed to 1 recipient\n"
    );
    let expected = expected(&desk, "seized.csv", "city-a", 0.95);
    assert_eq!(expected.len(), 50);
    let text = inside(&desk, "out.age");
    let (header, rows) = text.split_once('\n').unwrap();
    assert_eq!(header, "\u{FEFF}file,row,posterior,氏名,電話番号,住所");
    assert!(rows.lines().eq(&expected), "{rows}");
    assert!(!desk.read("out.age").windows(9).any(|bytes| bytes == "太郎,".as_bytes()));
    // On one thread it is the same, and so it is to several recipients.
    let others = ["--threads", "1", "seized.csv", "strangers.csv", "--seal-to", "examiner.pub"];
    desk.meibo(&["keygen", "--identity", "-o", "examiner"], 0);
    std::fs::remove_file(desk.path().join("out.age")).unwrap();
    let said = export(&desk, "city-a", &others, 0);
    assert!(said.contains("sealed to 2 recipients"), "{said}");
    assert_eq!(inside(&desk, "out.age"), text);
    let opened = other_tool(&desk, "age", "MEIBO_AGE", &["-d", "-i", "examiner", "out.age"]);
    assert!(opened.is_none_or(|opened| opened.stdout == text.as_bytes()));
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = desk();
    desk.write_list("seized.csv", 0..40);
    export(&desk, "city-a", &["seized.csv"], 0);
    let mode = std::fs::metadata(desk.path().join("out.age")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn lists_of_other_headings_share_columns_of_one_name_and_name_no_other_client() {
    let desk = desk();
    std::fs::create_dir_all(desk.path().join("of-city-b")).unwrap();
    desk.write_list("of-city-b/one.csv", 0..30);
    desk.write_list("list.csv", 30..60);
    let list = desk.text("list.csv");
    let turned: String = list
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| format!("{}\t{}\t=1+1\t{}\r\n", cells[2], cells[0], cells[1]))
        .collect();
    desk.write("two.tsv", turned.replacen("=1+1", "備考", 1));
    let said = export(&desk, "city-a", &["of-city-b", "two.tsv"], 0);
    assert!(said.contains("of-city-b/one.csv: is called of-…/one.csv in the export\n"), "{said}");
    let text = inside(&desk, "out.age");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("\u{FEFF}file,row,posterior,氏名,電話番号,住所,備考"));
    assert_eq!(text.lines().count(), 61);
    assert!(!text.contains("city-b"));
    let first = lines.next().unwrap();
    assert!(first.starts_with("of-…/one.csv,1,1.000000,山一太郎,") && first.ends_with("-7,"), "{first}");
    let last = lines.next_back().unwrap();
    assert!(last.starts_with("two.tsv,30,1.000000,山") && last.ends_with(",=1+1"), "{last}");
}

#[test]
fn a_first_row_that_may_be_somebodys_is_not_exported_as_headings() {
    let desk = desk();
    desk.write_list("list.csv", 0..40);
    desk.write("seized.csv", desk.text("list.csv").replacen("氏名,電話番号,住所", "あれ,これ,それ", 1));
    let said = export(&desk, "city-a", &["seized.csv"], 0);
    assert!(said.contains("seized.csv: its first row seems to be headings, but none is known"), "{said}");
    let header = |desk: &Desk| inside(desk, "out.age").lines().next().unwrap().to_owned();
    assert_eq!(header(&desk), "\u{FEFF}file,row,posterior,column_1,column_2,column_3");
    std::fs::remove_file(desk.path().join("out.age")).unwrap();
    let said = export(&desk, "city-a", &["--header", "seized.csv"], 0);
    assert!(!said.contains("headings"), "{said}");
    assert_eq!(header(&desk), "\u{FEFF}file,row,posterior,あれ,これ,それ");
}

#[test]
fn handovers_at_hand_are_asked_as_attribute_asks_them() {
    let desk = desk();
    desk.write_list("city-a.csv", 0..300);
    desk.write_list("seized.csv", 0..40);
    let exact = ["--exact", "city-a.csv"];
    desk.meibo(&[&["attribute", "--records", "rows", "seized.csv"], &ASK[..], &exact].concat(), 0);
    export(&desk, "city-a", &[&exact[..], &["seized.csv"]].concat(), 0);
    let expected = expected(&desk, "seized.csv", "city-a", 0.95);
    assert!(expected.len() == 40 && inside(&desk, "out.age").lines().skip(1).eq(&expected));
    desk.write_list("other.csv", 1..300);
    std::fs::remove_file(desk.path().join("out.age")).unwrap();
    let said = export(&desk, "city-a", &["--exact", "other.csv", "seized.csv"], 1);
    assert!(said.contains("other.csv: no fingerprint of the registry was made from this list"), "{said}");
}

#[test]
fn lists_inside_files_are_read_again() {
    let desk = desk();
    let mut dump = String::new();
    for (table, people) in [("two", 300..340), ("one", 0..40)] {
        desk.write_list("list.csv", people);
        for line in desk.text("list.csv").lines().skip(1) {
            let cells = line.split(',').collect::<Vec<_>>().join("','");
            dump += &format!("INSERT INTO `{table}` (`氏名`,`電話番号`,`住所`) VALUES ('{cells}');\n");
        }
    }
    desk.write("dump.sql", dump);
    let said = export(&desk, "city-a", &["dump.sql"], 0);
    assert!(said.contains("dump.sql!one: 40 rows of city-a"), "{said}");
    let text = inside(&desk, "out.age");
    assert!(text.lines().count() == 41 && text.lines().skip(1).all(|line| line.starts_with("dump.sql!one,")));
}

#[test]
fn rows_that_may_as_well_be_a_twins_are_not_exported() {
    let desk = desk();
    desk.fingerprint("city-twin", 0..300, &[], 0);
    desk.write_list("seized.csv", 0..80);
    let problem = export(&desk, "city-a", &["seized.csv"], 2);
    assert_eq!(
        problem,
        "seized.csv: city-a cannot be told from city-twin; left out: 80 rows that may as well be of others\n\
         meibo: no row can be exported, and nothing was written: 0 rows of city-a in 0 of 1 list; \
         it is no source of 0; left out: 80 rows that may as well be of others\n"
    );
    assert!(!desk.path().join("out.age").exists());
}

#[test]
fn rows_below_the_least_posterior_are_left_out_and_counted() {
    let desk = desk();
    // Half of city-b's people are city-a's too, and in a file of both they may be of either.
    desk.fingerprint("city-b", 150..450, &[], 0);
    desk.write_list("seized.csv", 0..450);
    desk.meibo(&[&["attribute", "--records", "rows", "seized.csv"], &ASK[..]].concat(), 0);
    for (number, least) in ["0", "0.95"].into_iter().enumerate() {
        let output = format!("out-{number}.age");
        let front = ["export", "city-b", "--seal-to", "owner.pub", "-o", &output, "--min-posterior", least];
        let (_, said) = desk.meibo(&[&front[..], &ASK, &["seized.csv"]].concat(), 0);
        let expected = expected(&desk, "seized.csv", "city-b", least.parse().unwrap());
        assert!(inside(&desk, &output).lines().skip(1).eq(&expected));
        let all = self::expected(&desk, "seized.csv", "city-b", 0.0).len();
        let below = all - expected.len();
        assert!(said.contains(&format!("seized.csv: {} rows of city-b", expected.len())), "{said}");
        assert_eq!(
            said.contains(&format!("left out: {below} rows with a posterior below 0.95")),
            below > 0,
            "{said}"
        );
        assert_eq!(below > 0, least == "0.95");
    }
}

#[test]
fn nothing_is_written_where_nothing_can_be() {
    let desk = desk();
    desk.write_list("seized.csv", 0..40);
    desk.write_list("strangers.csv", 3_000..3_050);
    let front = ["export", "city-a", "-o", "out.age", "seized.csv"];
    let (_, problem) = desk.meibo(&[&front[..], &ASK].concat(), 2);
    assert!(
        problem.starts_with(
            "meibo: --seal-to: is missing, and rows of persons are written encrypted only; name"
        )
    );
    let problem = export(&desk, "city-x", &["seized.csv"], 2);
    assert!(
        problem.contains("city-x: no list of such a client is in the registry; `meibo registry list"),
        "{problem}"
    );
    let problem = export(&desk, "city-a", &["strangers.csv"], 2);
    assert!(
        problem.contains("no row can be exported, and nothing was written: 0 rows of city-a"),
        "{problem}"
    );
    let problem = export(&desk, "city-a", &["--min-posterior", "1.1", "seized.csv"], 2);
    assert!(problem.contains("write a number from 0 to 1"), "{problem}");
    let problem = export(&desk, "city-a", &["-"], 2);
    assert!(problem.contains("-: can be read only once, and export reads lists twice"), "{problem}");
    let names = || {
        let entries = std::fs::read_dir(desk.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    assert!(
        !names().iter().any(|name| name.starts_with("out.age") || name.starts_with(".meibo")),
        "{:?}",
        names()
    );
    // Whatever is there stays, be it a key, evidence or an earlier export.
    for name in ["seized.csv", "key.txt", "owner.key"] {
        let before = desk.read(name);
        let front = ["export", "city-a", "--seal-to", "owner.pub", "-o", name, "seized.csv"];
        let (_, problem) = desk.meibo(&[&front[..], &ASK].concat(), 2);
        assert!(problem.contains("exists already, and nothing is overwritten"), "{problem}");
        assert_eq!(desk.read(name), before);
    }
}

#[test]
fn what_could_not_be_used_is_named_and_the_rest_exported() {
    let desk = desk();
    desk.write_list("seized.csv", 0..40);
    let said = export(&desk, "city-a", &["seized.csv", "gone.csv"], 1);
    assert!(said.contains("meibo: gone.csv: there is no such file"), "{said}");
    assert_eq!(inside(&desk, "out.age").lines().count(), 41);
}

#[test]
fn namesakes_of_one_town_are_not_given_away() {
    let desk = desk();
    desk.write_list("real.csv", 0..60);
    let mut list = desk.text("real.csv");
    // People of the names of the client's others, in their town, with other houses and telephones.
    desk.write_list("others.csv", 200..230);
    for (number, line) in desk.text("others.csv").lines().skip(1).enumerate() {
        let name = line.split(',').next().unwrap();
        list += &format!(
            "{name},03-5800-{:04},東京都文京区千石1-{}-{number}\n",
            2_000 + 31 * number,
            900 + number
        );
    }
    desk.write("seized.csv", &list);
    desk.meibo(&[&["attribute", "--records", "rows", "seized.csv"], &ASK[..]].concat(), 0);
    let by_town = desk.text("rows/seized.csv.csv").lines().filter(|row| row.ends_with(",name+town")).count();
    assert!(by_town > 0, "the rows that this is about");
    let said = export(&desk, "city-a", &["seized.csv"], 0);
    assert!(said.contains(&format!("left out: {by_town} rows that name and town alone tie to it")), "{said}");
    let rows = inside(&desk, "out.age");
    let real = desk.text("real.csv");
    assert!(
        rows.lines().skip(1).all(|row| real.lines().any(|line| row.ends_with(line))),
        "a namesake is in it"
    );
    assert_eq!(rows.lines().skip(1).count(), 60);
}
