//! How many columns of headerless lists are found, over lists that brokers and owners could have written: the share of
//! columns that are given the field they hold, or none where they hold none.
//!
//! `MEIBO_HEADLESS=500` measures so many lists instead of the short form, `MEIBO_HEADLESS_SEED=2` other ones: what is mended
//! by one seed is judged by another. `--nocapture` shows the counts by field.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and be told how long to run"
)]

use std::collections::BTreeMap;
use std::env;

use crate::common::{Dice, read_all};
use meibo_ingest::{HeaderMode, ReadOptions};
use meibo_normalize::Field;

const PEOPLE: &str = include_str!("data/people.tsv");
const PLACES: &str = include_str!("data/places.tsv");

struct Person {
    family: [&'static str; 2],
    given: [&'static str; 2],
    female: bool,
    /// Postal code, prefecture, municipality, town.
    place: [&'static str; 4],
    birth: [usize; 3],
    number: usize,
}

/// What a list holds: the field of a column, or none, and its cells.
type Block = (Option<Field>, Vec<Vec<String>>);
type Maker = fn(&mut Dice, &[Person]) -> Block;

fn people(dice: &mut Dice, count: usize) -> Vec<Person> {
    let names: Vec<Vec<&str>> = PEOPLE.lines().map(|line| line.split('\t').collect()).collect();
    let mut places: Vec<Vec<&str>> = PLACES.lines().map(|line| line.split('\t').collect()).collect();
    if dice.roll(3) == 0 {
        let home = places[dice.roll(places.len())][1];
        places.retain(|place| place[1] == home);
    }
    let (oldest, span) = [(1920, 70), (1935, 25), (1950, 45)][dice.roll(3)];
    let person = |number| {
        let (family, given) = (&names[dice.roll(names.len())], &names[dice.roll(names.len())]);
        let place = &places[dice.roll(places.len())];
        Person {
            family: [family[0], family[1]],
            given: [given[2], given[3]],
            female: given[4] == "f",
            place: [place[0], place[1], place[2], place[3]],
            birth: [oldest + dice.roll(span), 1 + dice.roll(12), 1 + dice.roll(28)],
            number,
        }
    };
    (0..count).map(person).collect()
}

fn column(field: Option<Field>, people: &[Person], cell: impl FnMut(&Person) -> String) -> Block {
    (field, vec![people.iter().map(cell).collect()])
}

fn columns(field: Option<Field>, people: &[Person], mut cells: impl FnMut(&Person) -> Vec<String>) -> Block {
    let mut columns = Vec::new();
    for person in people {
        let cells = cells(person);
        columns.resize(cells.len(), Vec::new());
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    (field, columns)
}

fn wide(text: &str) -> String {
    let wide = |c: char| match c {
        '0'..='9' => char::from_u32(u32::from(c) - 0x30 + 0xFF10).unwrap(),
        '-' => '－',
        '(' => '（',
        ')' => '）',
        other => other,
    };
    text.chars().map(wide).collect()
}

fn hiragana(text: &str) -> String {
    let small =
        |c: char| if matches!(c, 'ァ'..='ヶ') { char::from_u32(u32::from(c) - 0x60).unwrap() } else { c };
    text.chars().map(small).collect()
}

fn halfwidth(text: &str) -> String {
    const FULL: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ";
    const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
    const PLAIN: &str = "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ";
    const POPPED: &str = "パピプペポ";
    let at = |list: &str, c: char| list.chars().position(|known| known == c);
    let nth = |list: &str, n: usize| list.chars().nth(n).unwrap();
    let mut out = String::new();
    for c in text.chars() {
        if let Some(n) = at(FULL, c) {
            out.push(nth(HALF, n));
        } else if let Some(n) = at(VOICED, c) {
            out.extend([nth(PLAIN, n), 'ﾞ']);
        } else if let Some(n) = at(POPPED, c) {
            out.extend([nth(PLAIN, n + 15), 'ﾟ']);
        } else {
            out.push(c);
        }
    }
    out
}

/// Leaves some cells out, in some lists.
fn sparsely(dice: &mut Dice, mut block: Block, most: usize) -> Block {
    let percent = [0, 0, 10, most][dice.roll(4)];
    let missing = ["", "", "", "なし", "不明"][dice.roll(5)];
    for row in 0..block.1[0].len() {
        if dice.roll(100) < percent {
            block.1.iter_mut().for_each(|column| column[row].clear());
            missing.clone_into(&mut block.1[0][row]);
        }
    }
    block
}

fn names(dice: &mut Dice, people: &[Person]) -> Block {
    let form = dice.roll(11);
    let firms = if dice.roll(5) == 0 { 8 } else { 0 };
    columns(Some(Field::Name), people, |p| {
        let (family, given) = (p.family[0], p.given[0]);
        if form < 8 && dice.roll(100) < firms {
            return vec![format!("{}{family}商店", ["株式会社", "(有)", "㈱"][dice.roll(3)])];
        }
        vec![match form {
            0 | 1 => format!("{family}　{given}"),
            2 => format!("{family} {given}"),
            3 => format!("{family}{given}"),
            4 => format!("{family}　{given}　様"),
            5 => format!("{family}{given}（{}{}）", p.family[1], p.given[1]),
            6 => format!("{family}{given}様"),
            7 => format!("{family}・{given}"),
            _ => return vec![family.to_owned(), given.to_owned()],
        }]
    })
}

fn kana(dice: &mut Dice, people: &[Person]) -> Block {
    let (form, gap, apart) = (dice.roll(3), ["", " ", "　"][dice.roll(3)], dice.roll(4) == 0);
    let block = columns(Some(Field::Kana), people, |p| {
        let write = |text: &str| match form {
            0 => text.to_owned(),
            1 => halfwidth(text),
            _ => hiragana(text),
        };
        match apart {
            true => vec![write(p.family[1]), write(p.given[1])],
            false => vec![format!("{}{gap}{}", write(p.family[1]), write(p.given[1]))],
        }
    });
    if apart { block } else { sparsely(dice, block, 30) }
}

fn number(dice: &mut Dice) -> [String; 3] {
    let (a, b) = (1000 + dice.roll(9000), 1000 + dice.roll(9000));
    if dice.roll(3) == 0 {
        return [["090", "080", "070"][dice.roll(3)].to_owned(), a.to_string(), b.to_string()];
    }
    let area = ["03", "06", "058", "052", "0584", "0123", "09912"][dice.roll(7)];
    [area.to_owned(), a.to_string()[..6 - area.len()].to_owned(), b.to_string()]
}

fn phones(dice: &mut Dice, people: &[Person]) -> Block {
    let form = dice.roll(24);
    let block = columns(Some(Field::Phone), people, |_| {
        let [area, exchange, last] = &number(dice);
        let [other, middle, end] = &number(dice);
        vec![match form {
            0..=2 => format!("{area}-{exchange}-{last}"),
            3 | 4 => format!("{area}{exchange}{last}"),
            5 => format!("{area}({exchange}){last}"),
            6 => format!("({area}){exchange}-{last}"),
            7 => wide(&format!("{area}-{exchange}-{last}")),
            8 => format!("{}{exchange}{last}", &area[1..]),
            9 => format!("{}{exchange}{last}.0", &area[1..]),
            10 => format!("{area} {exchange} {last}"),
            11 => format!("{area}.{exchange}.{last}"),
            12 => format!("{area}-{exchange}-{last} / {other}-{middle}-{end}"),
            13 => format!("TEL:{area}-{exchange}-{last}"),
            14 => format!("+81-{}-{exchange}-{last}", &area[1..]),
            15 => format!("{area}-{exchange}-{last}（{}）", ["自宅", "携帯", "会社"][dice.roll(3)]),
            16 => return vec![area.clone(), exchange.clone(), last.clone()],
            17 => format!("{area}-{exchange}-{last}、{other}-{middle}-{end}"),
            18 => format!("℡ {area}-{exchange}-{last}"),
            19 => format!("携帯{area}-{exchange}-{last}"),
            20 => format!("（{area}）{exchange}－{last}"),
            21 => format!("自宅：{area}-{exchange}-{last}"),
            22 => format!("{area} - {exchange} - {last}"),
            _ => format!("{area}-{exchange}-{last} 内線{}", 10 + dice.roll(90)),
        }]
    });
    if form == 16 { block } else { sparsely(dice, block, 60) }
}

fn postal(dice: &mut Dice, people: &[Person]) -> Block {
    let form = dice.roll(9);
    let block = columns(Some(Field::Postal), people, |p| {
        let code = p.place[0];
        let (area, rest) = code.split_at(3);
        vec![match form {
            0 | 1 => format!("{area}-{rest}"),
            2 => format!("〒{area}-{rest}"),
            3 => wide(&format!("{area}-{rest}")),
            4 => code.trim_start_matches('0').to_owned(),
            5 => format!("〒 {area}－{rest}"),
            6 => return vec![area.to_owned(), rest.to_owned()],
            7 => format!("{area} {rest}"),
            _ => code.to_owned(),
        }]
    });
    if form == 6 { block } else { sparsely(dice, block, 30) }
}

fn kanji(number: usize) -> String {
    let digits: Vec<char> = "〇一二三四五六七八九".chars().collect();
    match (number / 10, number % 10) {
        (0, ones) => digits[ones].to_string(),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", digits[ones]),
        (tens, 0) => format!("{}十", digits[tens % 10]),
        (tens, ones) => format!("{}十{}", digits[tens % 10], digits[ones]),
    }
}

fn lot(dice: &mut Dice, form: usize) -> String {
    let (a, b, c) = (1 + dice.roll(9), 1 + dice.roll(30), 1 + dice.roll(20));
    match form {
        0 => format!("{a}-{b}-{c}"),
        1 => format!("{a}丁目{b}番{c}号"),
        2 => format!("{a}丁目{b}-{c}"),
        3 => wide(&format!("{a}-{b}-{c}")),
        4 => format!("{}番地", 10 * b + c),
        5 => format!("{}番地の{c}", 10 * b),
        6 => format!("{}丁目{}番{}号", kanji(a), kanji(b), kanji(c)),
        7 => format!("{}", 10 * b + c),
        8 => format!("{a}の{b}"),
        _ => ["1-2-3", "4丁目5-6", "123番地", "７－８"][dice.roll(4)].to_owned(),
    }
}

fn house(dice: &mut Dice) -> String {
    let room = 101 + dice.roll(8) + 100 * dice.roll(9);
    match dice.roll(10) {
        0 => format!("グリーンハイツ{room}"),
        1 => format!("コーポ佐藤 {room}号室"),
        2 => "第二青山荘".to_owned(),
        3 => format!("メゾン桜Ⅱ－{room}"),
        4 => wide(&format!("ライオンズマンション駅前{room}")),
        _ => String::new(),
    }
}

fn address(dice: &mut Dice, people: &[Person]) -> Block {
    let (form, style, gap) = (dice.roll(11), dice.roll(10), ["", "", "　", " "][dice.roll(4)]);
    let (oaza, without) = (dice.roll(5) == 0, dice.roll(4) == 0);
    columns(Some(Field::Address), people, |p| {
        let [_, prefecture, city, town] = p.place;
        let bare = prefecture.trim_end_matches(['県', '府']);
        let town = if oaza { format!("大字{town}") } else { town.to_owned() };
        let (lot, house) = (lot(dice, style), house(dice));
        let head = if without { "" } else { prefecture };
        match form {
            0..=2 => vec![format!("{head}{gap}{city}{town}{lot}{gap}{house}")],
            3 => vec![format!("{head}{city}{town}{lot}"), house],
            4 => vec![prefecture.to_owned(), format!("{city}{town}{lot}"), house],
            5 => vec![prefecture.to_owned(), city.to_owned(), format!("{town}{lot}"), house],
            6 => vec![prefecture.to_owned(), city.to_owned(), town, lot, house],
            7 => vec![format!("{head}{city}"), format!("{town}{lot}{gap}{house}")],
            8 => vec![format!("{head}{city}{town}"), format!("{lot}{gap}{house}")],
            9 => vec![bare.to_owned(), city.to_owned(), format!("{town}{lot}{gap}{house}")],
            _ => vec![prefecture.to_owned(), city.to_owned(), town, format!("{lot}{gap}{house}")],
        }
    })
}

fn era(year: usize) -> (&'static str, char, usize, usize) {
    match year {
        ..1926 => ("大正", 'T', 2, year - 1911),
        1926..1989 => ("昭和", 'S', 3, year - 1925),
        _ => ("平成", 'H', 4, year - 1988),
    }
}

fn day(form: usize, [y, m, d]: [usize; 3]) -> Vec<String> {
    let (era, letter, code, year) = era(y);
    vec![match form {
        0 => format!("{y}/{m:02}/{d:02}"),
        1 => format!("{y}/{m}/{d}"),
        2 => format!("{y}-{m:02}-{d:02}"),
        3 => format!("{y}{m:02}{d:02}"),
        4 => format!("{y}年{m}月{d}日"),
        5 => format!("{era}{year}年{m}月{d}日"),
        6 => format!("{letter}{year}.{m}.{d}"),
        7 => format!("{letter}{year:02}/{m:02}/{d:02}"),
        8 => format!("{letter}{year:02}{m:02}{d:02}"),
        9 => format!("{}{year}.{m}.{d}", era.chars().next().unwrap()),
        10 => format!("{code}{year:02}{m:02}{d:02}"),
        11 => (y * 1461 / 4 - 693_900 - 60 + m * 30 + d).to_string(),
        12 => format!("{y}.{m:02}.{d:02}"),
        13 => format!("{y}/{m}/{d} 0:00:00"),
        14 => wide(&format!("{era}{year}年{m}月{d}日")),
        15 => format!("{code}-{year:02}.{m:02}.{d:02}"),
        16 => format!("{era} {year:>2}年{m:>2}月{d:>2}日"),
        17 => format!("{m}/{d}/{y}"),
        18 => format!("{era}{}年{}月{}日", kanji(year), kanji(m), kanji(d)),
        19 => format!("{y}年{m}月{d}日生"),
        20 => return [y, m, d].iter().map(usize::to_string).collect(),
        22 => format!("{y}年{m}月{d}日({era}{year}年)"),
        23 => format!("{letter}{year}.{m}.{d}生"),
        24 => format!("{era}{year}年{m}月{d}日(水)"),
        25 => format!("{d:02}-{}-{y}", ["Jan", "Apr", "Jul", "Oct"][m % 4]),
        _ => return vec![era.to_owned(), year.to_string(), m.to_string(), d.to_string()],
    }]
}

fn birth_date(dice: &mut Dice, people: &[Person]) -> Block {
    let form = dice.roll(26);
    let block = columns(Some(Field::BirthDate), people, |p| day(form, p.birth));
    if !matches!(form, 20 | 21) { sparsely(dice, block, 40) } else { block }
}

fn sex(dice: &mut Dice, people: &[Person]) -> Block {
    const WORDS: [[&str; 2]; 14] = [
        ["♂", "♀"],
        ["MALE", "FEMALE"],
        ["男　", "女　"],
        ["男子", "女子"],
        ["男", "女"],
        ["男性", "女性"],
        ["1", "2"],
        ["M", "F"],
        ["1:男", "2:女"],
        ["（男）", "（女）"],
        ["Male", "Female"],
        ["おとこ", "おんな"],
        ["１", "２"],
        ["Ｍ", "Ｆ"],
    ];
    let words = WORDS[dice.roll(WORDS.len())];
    let block = column(Some(Field::Sex), people, |p| words[usize::from(p.female)].to_owned());
    sparsely(dice, block, 25)
}

fn age(dice: &mut Dice, people: &[Person]) -> Block {
    let form = dice.roll(10);
    let now = 2010 + dice.roll(10);
    let block = column(Some(Field::Age), people, |p| {
        let age = now - p.birth[0] - dice.roll(2);
        match form {
            0..=2 => age.to_string(),
            3 => format!("{age}歳"),
            4 => format!("満{age}才"),
            5 => format!("({age})"),
            6 => wide(&age.to_string()),
            7 => format!("{age} 歳"),
            8 => format!("{age}歳{}ヶ月", dice.roll(12)),
            _ => format!("{age:03}"),
        }
    });
    sparsely(dice, block, 30)
}

fn email(dice: &mut Dice, people: &[Person]) -> Block {
    let block = column(Some(Field::Email), people, |p| {
        let host = ["docomo.ne.jp", "ezweb.ne.jp", "example.co.jp", "example.com"][dice.roll(4)];
        format!("user.{}_{}@{host}", p.number, dice.roll(1000))
    });
    sparsely(dice, block, 60)
}

fn member(dice: &mut Dice, people: &[Person]) -> Block {
    let (form, start, step) = (dice.roll(6), dice.roll(80_000), 1 + dice.roll(9));
    column(Some(Field::MemberId), people, |p| {
        let number = start + p.number * step;
        match form {
            0 => format!("C{number:06}"),
            1 => format!("{number:08}"),
            2 => format!("A{:02}-{number:06}", number % 47),
            3 => format!("2014{:06}", (number * 7_919) % 1_000_000),
            4 => format!("JP{:04}X{:04}", number % 7_001, (number * 31) % 9_973),
            _ => format!("{:09}-{}", number * 37, number % 10),
        }
    })
}

fn same(people: &[Person], word: &str) -> Block {
    column(None, people, |_| word.to_owned())
}

/// Something of a few.
fn one_of(dice: &mut Dice, people: &[Person], words: &[&'static str]) -> Block {
    column(None, people, |_| words[dice.roll(words.len())].to_owned())
}

/// Columns of words that are none of the fields.
fn words(dice: &mut Dice, people: &[Person]) -> Block {
    const LISTS: [&[&str]; 22] = [
        &["", "", "", "折り返し希望", "不在", "3/4再架電。本人出ず", "息子さんが対応、土日のみ可"],
        &["羽毛布団セット", "健康食品A", "浄水器", "ミネラルウォーター12本", "青汁 30包"],
        &["田中 一郎", "佐藤 花子", "鈴木 次郎", "高橋 三郎"],
        &["田中", "佐藤", "鈴木", "伊藤"],
        &["岐阜支店", "大垣支店", "名古屋営業所", "本社"],
        &["駅前店", "本町店", "南口店", "北町店"],
        &["○", "×", ""],
        &["有", "無"],
        &["A", "B", "O", "AB"],
        &["会社員", "主婦", "無職", "自営業", "年金受給者", "公務員"],
        &["本人", "妻", "長男", "世帯主", "母"],
        &["解約", "継続中", "休会"],
        &["持家", "賃貸", "社宅"],
        &["午前中", "夜間", "12時〜14時", "指定なし"],
        &["子", "丑", "寅", "卯", "辰", "巳"],
        &["大垣共立銀行", "十六銀行", "ゆうちょ銀行"],
        &["クレジット", "代引", "口座振替"],
        &["東", "西", "南", "北"],
        &["Y", "N"],
        &["TRUE", "FALSE"],
        &["AB-123", "AB-200", "CX-018", "ZZ-999"],
        &["東海", "関東", "近畿"],
    ];
    let list = LISTS[dice.roll(LISTS.len())];
    one_of(dice, people, list)
}

/// Columns of numbers and dates that are none of the fields.
fn figures(dice: &mut Dice, people: &[Person]) -> Block {
    let (form, style, start) = (dice.roll(24), dice.roll(20), dice.roll(5000));
    column(None, people, |p| {
        let hundreds = (1 + dice.roll(300)) * 100;
        let visit = [2012 + dice.roll(4), 1 + dice.roll(12), 1 + dice.roll(28)];
        match form {
            0 => (p.number + 1).to_string(),
            1 => (start + p.number).to_string(),
            2 => hundreds.to_string(),
            3 => format!("{},{:03}円", 1 + hundreds / 1000, hundreds % 1000),
            4 => format!("¥{},{:03}", 1 + hundreds / 1000, hundreds % 1000),
            5 | 6 => day(style, visit).remove(0),
            7 => format!("{}/{}/{} {:02}:{:02}", visit[0], visit[1], visit[2], dice.roll(24), dice.roll(60)),
            8 => format!("{:02}:{:02}", dice.roll(24), dice.roll(60)),
            9 => format!("{}人", 1 + dice.roll(6)),
            10 => format!("{}年", 1 + dice.roll(40)),
            11 => (1 + dice.roll(5)).to_string(),
            12 => dice.roll(2).to_string(),
            13 => format!("{}年{}月", visit[0], visit[1]),
            14 => format!("****-****-****-{:04}", dice.roll(10_000)),
            15 => format!("{:02}/{:02}", 1 + dice.roll(12), 14 + dice.roll(6)),
            16 => format!("192.168.{}.{}", dice.roll(256), dice.roll(256)),
            17 => format!("{}.{}", 1 + dice.roll(5), dice.roll(10)),
            18 => format!("49012345{:05}", [11_235, 20_486, 33_019][dice.roll(3)]),
            19 => visit[0].to_string(),
            20 => format!("{}月", visit[1]),
            21 => format!("35.{:06}", dice.roll(1_000_000)),
            22 => format!("{}%", dice.roll(101)),
            _ => format!("{}点", dice.roll(5000)),
        }
    })
}

fn other(dice: &mut Dice, people: &[Person]) -> Block {
    match dice.roll(24) {
        0 => column(None, people, |_| String::new()),
        1 => column(None, people, |p| {
            format!(
                "{}{}",
                ["株式会社", "有限会社"][p.number % 2],
                ["山田商店", "大和工業", "丸ノ内商事", "東海運輸"][dice.roll(4)]
            )
        }),
        2 => column(None, people, |p| format!("https://example.com/u/{}", p.number)),
        3 => column(None, people, |p| {
            let what = ["電話した", "資料を送付", "来店", "クレームあり。要注意", "DM停止希望"][dice.roll(5)];
            format!(
                "{}/{} {what} {}",
                1 + dice.roll(12),
                1 + dice.roll(28),
                ["担当田中", "", "次回8月"][p.number % 3]
            )
        }),
        4 => column(None, people, |_| ["", "", "", "済"][dice.roll(4)].to_owned()),
        5 => same(people, "058-265-4141"),
        6 => same(people, "info@example.co.jp"),
        7 => same(people, "2014年度名簿"),
        8 => one_of(dice, people, &["岐阜県岐阜市神田町1-1-1", "愛知県名古屋市中区栄3-5-12"]),
        9 => one_of(
            dice,
            people,
            &["岐阜県", "愛知県", "三重県", "静岡県", "長野県", "福井県", "滋賀県", "石川県"],
        ),
        10 => one_of(dice, people, &["県立岐阜高校", "大垣北高等学校", "東海中学校", "市立第二小学校"]),
        11 => column(None, people, |_| format!("{}年{}組", 1 + dice.roll(3), 1 + dice.roll(8))),
        12 => column(None, people, |_| {
            format!("岐阜 {} あ {:02}-{:02}", 300 + dice.roll(300), dice.roll(100), dice.roll(100))
        }),
        13 => column(None, people, |_| format!("{}万円", 100 * (1 + dice.roll(20)))),
        14 => column(None, people, |_| format!("築{}年", 1 + dice.roll(40))),
        15 => column(None, people, |_| format!("平成{}年卒", 1 + dice.roll(25))),
        16 => column(None, people, |_| format!("{}-{:02}", ["A", "B", "C"][dice.roll(3)], 1 + dice.roll(40))),
        17 => column(None, people, |_| ["月", "火", "水", "木", "金", "土", "日"][dice.roll(7)].to_owned()),
        18 => column(None, people, |_| format!("H{}.{}", 22 + dice.roll(5), 1 + dice.roll(12))),
        19 => column(None, people, |_| format!("{}組{}班", 1 + dice.roll(9), 1 + dice.roll(5))),
        20 => one_of(dice, people, &["タントアルファ", "プリウス", "ワゴンR", "N-BOX"]),
        21 => one_of(dice, people, &["タナカ", "サトウ", "スズキ"]),
        22 => column(None, people, |p| format!("{}宅", p.family[0])),
        _ => column(None, people, |_| format!("{}回目", 1 + dice.roll(9))),
    }
}

fn list(dice: &mut Dice) -> (Vec<Block>, usize) {
    let count = 20 + dice.roll(281);
    let people = people(dice, count);
    let often: [(Maker, usize); 17] = [
        (kana, 50),
        (address, 75),
        (phones, 85),
        (phones, 25),
        (postal, 55),
        (birth_date, 55),
        (sex, 45),
        (age, 35),
        (email, 35),
        (member, 30),
        (words, 70),
        (words, 50),
        (words, 30),
        (figures, 70),
        (figures, 50),
        (other, 60),
        (other, 40),
    ];
    let mut blocks = vec![names(dice, &people)];
    for (make, percent) in often {
        if dice.roll(100) < percent {
            blocks.push(make(dice, &people));
        }
    }
    for index in (1..blocks.len()).rev() {
        blocks.swap(index, dice.roll(index + 1));
    }
    (blocks, count)
}

fn write(blocks: &[Block], count: usize) -> String {
    let quoted = |cell: &String| if cell.contains(',') { format!("\"{cell}\"") } else { cell.clone() };
    let line = |row: usize| {
        let cells: Vec<String> = blocks
            .iter()
            .flat_map(|(_, columns)| columns.iter().map(|column| quoted(&column[row])))
            .collect();
        cells.join(",") + "\n"
    };
    (0..count).map(line).collect()
}

fn name_of(field: Option<Field>) -> String {
    field.map_or("-".to_owned(), |field| field.to_string())
}

/// Columns by what they hold and what was found.
#[derive(Default)]
struct Tally {
    confusion: BTreeMap<(String, String), usize>,
    wrong: Vec<String>,
}

impl Tally {
    fn count(&mut self, blocks: &[Block], count: usize, label: &str) {
        let text = write(blocks, count);
        let outcome =
            read_all(text.as_bytes(), &ReadOptions { header: HeaderMode::Auto, ..ReadOptions::default() });
        let layout = outcome.map(|outcome| outcome.layout).ok();
        let header = layout.as_ref().is_none_or(|layout| layout.header || layout.skipped_rows > 0);
        let mut number = 0;
        for (held, columns) in blocks {
            for cells in columns {
                number += 1;
                let found = layout.as_ref().and_then(|layout| {
                    layout
                        .columns
                        .iter()
                        .find(|found| found.columns.contains(&number))
                        .map(|found| found.field)
                });
                let label_of = |field| if header { "header".to_owned() } else { name_of(field) };
                *self.confusion.entry((name_of(*held), label_of(found))).or_default() += 1;
                if header || found != *held {
                    let like: Vec<&str> = cells.iter().take(3).map(String::as_str).collect();
                    self.wrong.push(format!(
                        "{label} column {number}: {} found {}: {like:?}",
                        name_of(*held),
                        label_of(found)
                    ));
                }
            }
        }
    }

    fn right(&self) -> (usize, usize) {
        let right = self.confusion.iter().filter(|((held, found), _)| held == found).map(|(_, count)| count);
        (right.sum(), self.confusion.values().sum())
    }
}

#[test]
fn nearly_all_columns_of_headerless_lists_are_right() {
    let of = |name, otherwise: u64| env::var(name).map_or(otherwise, |value| value.parse().unwrap());
    let (lists, seed) = (of("MEIBO_HEADLESS", 60), of("MEIBO_HEADLESS_SEED", 1));
    let mut tally = Tally::default();
    for index in 0..lists {
        let mut dice = Dice((seed << 32 | (index + 1)).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..8 {
            dice.roll(2);
        }
        let (blocks, count) = list(&mut dice);
        tally.count(&blocks, count, &format!("list {index}"));
    }
    for line in &tally.wrong {
        println!("{line}");
    }
    for ((held, found), count) in &tally.confusion {
        println!("{held:>10} found {found:<10} {count:>6}");
    }
    let (right, all) = tally.right();
    println!("{right} of {all} columns are right: {:.2} %", 100.0 * right as f64 / all as f64);
    assert!(right * 100 >= all * 99, "{right} of {all} columns are right");
}
