//! Which encoding a file's first bytes are in.
//!
//! Order of trust: byte order mark, the NUL bytes that UTF-16 leaves beside ASCII marks, escape sequences, strict
//! UTF-8, and last a contest between EUC-JP and CP932, where a short list of half-width kana in the one reads as
//! plausible kanji in the other.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use crate::Encoding;

/// Bytes beyond which more text would not change the outcome of the contest.
const CONTEST_BYTES: usize = 64 * 1024;

const MALFORMED: i64 = -20;

/// Characters that names and addresses are full of; both candidates are read as text, and the true reading has more
/// of these.
const COMMON: &str = "田山川藤木村中本野井上下原佐松小大高橋林斎加吉石清水島崎池森岡谷内渡辺伊鈴長近後遠青坂福西東南北\
    太郎子美一二三四五六七八九十郁恵香代江枝也人之治司介樹雄男夫正和幸明光義信弘博史健秀隆久克勝宏浩智洋真直俊豊茂実\
    由紀千春夏秋冬花愛優陽結衣菜奈理沙希彩葉月桜咲翔蓮悠斗拓海颯輝京都府県市区町村郡丁目番地号字道路通堂寺神社宮城\
    岐阜阪愛知静岡埼玉葉広富良重賀潟群馬茨栃梨滋庫取媛徳香鹿児熊沖縄手形新港台橋元平安浜津浦沢河竹杉柳梅今金銀白黒赤\
    氏名住所電話番号郵便年月日生齢性別男女会員顧客客様携帯備考登録区分前現旧先日時計合有無昭平成令大正歳方荘棟室階";

/// The encoding of a sample, or `None` where it is ASCII alone and nothing can be said yet.
///
/// The sample starts at a character; it may end inside one.
pub(crate) fn detect(sample: &[u8]) -> Option<Encoding> {
    if let Some(found) = by_mark(sample).or_else(|| by_nuls(sample)) {
        return Some(found);
    }
    if sample.iter().all(|&b| b < 0x80) {
        return has_jis_escape(sample).then_some(Encoding::Iso2022Jp);
    }
    Some(contest(sample))
}

/// The encoding that a byte order mark tells.
pub(crate) fn by_mark(sample: &[u8]) -> Option<Encoding> {
    if sample.starts_with(&[0xEF, 0xBB, 0xBF]) {
        Some(Encoding::Utf8)
    } else if sample.starts_with(&[0xFF, 0xFE]) {
        Some(Encoding::Utf16Le)
    } else if sample.starts_with(&[0xFE, 0xFF]) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// UTF-16 without a mark: commas, digits and newlines leave NULs at every other place, all on the same side.
fn by_nuls(sample: &[u8]) -> Option<Encoding> {
    let (mut high, mut low) = (0usize, 0usize);
    let units = sample.len() / 2;
    for pair in sample.chunks_exact(2) {
        match pair {
            [0, 0] => {}
            [0, b] if *b < 0x80 => high += 1,
            [b, 0] if *b < 0x80 => low += 1,
            _ => {}
        }
    }
    // A one-byte text with a few NULs in it is no UTF-16: there, a tenth of all units would be too many.
    let enough = |count: usize, other: usize| count * 12 >= units.max(1) && count > other * 3;
    if enough(low, high) {
        Some(Encoding::Utf16Le)
    } else if enough(high, low) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

fn has_jis_escape(sample: &[u8]) -> bool {
    const ESCAPES: [&[u8]; 4] = [b"\x1b$B", b"\x1b$@", b"\x1b(I", b"\x1b$("];
    sample.windows(3).any(|three| ESCAPES.contains(&three))
}

fn contest(sample: &[u8]) -> Encoding {
    let utf8 = Utf8Evidence::of(sample);
    if utf8.errors == 0 && utf8.is_convincing() {
        return Encoding::Utf8;
    }
    // ASCII rows at the front would only shorten what can be judged.
    let start = sample.iter().position(|&b| b >= 0x80).unwrap_or(0);
    let judged = sample.get(start..).unwrap_or_default();
    let judged = judged.get(..CONTEST_BYTES).unwrap_or(judged);
    let hint = chardetng_guess(judged);
    let bonus = |encoding: Encoding| if hint == Some(encoding) { 3 } else { 0 };
    let cp932 = plausibility(judged, Encoding::Cp932) + bonus(Encoding::Cp932);
    let euc = plausibility(judged, Encoding::EucJp) + bonus(Encoding::EucJp);
    if utf8.score() > cp932.max(euc) {
        Encoding::Utf8
    } else if euc > cp932 {
        Encoding::EucJp
    } else {
        Encoding::Cp932
    }
}

fn chardetng_guess(sample: &[u8]) -> Option<Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, false);
    let guess = detector.guess(Some(b"jp"), Utf8Detection::Allow);
    [Encoding::Cp932, Encoding::EucJp].into_iter().find(|encoding| encoding.codec() == guess)
}

/// How well a sample reads as UTF-8.
#[derive(Default)]
struct Utf8Evidence {
    errors: i64,
    /// Characters of three and four bytes, where Japanese text is.
    long: i64,
    /// Accented Latin letters.
    latin: i64,
    /// Other characters of two bytes: Greek, Cyrillic and the like, and also what half-width kana in CP932 reads as.
    other: i64,
}

impl Utf8Evidence {
    fn of(sample: &[u8]) -> Self {
        let mut evidence = Utf8Evidence::default();
        let mut position = 0;
        for chunk in sample.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c as u32 {
                    0..0x80 => {}
                    0x80..0x180 => evidence.latin += 1,
                    0x180..0x800 => evidence.other += 1,
                    _ => evidence.long += 1,
                }
            }
            position += chunk.valid().len() + chunk.invalid().len();
            let cut_at_end = position == sample.len() && is_start(chunk.invalid());
            evidence.errors += i64::from(!cut_at_end && !chunk.invalid().is_empty());
        }
        evidence
    }

    fn is_convincing(&self) -> bool {
        self.long > 0 || (self.latin > 0 && self.other * 2 < self.latin)
    }

    fn score(&self) -> i64 {
        4 * self.long + self.latin + self.other + MALFORMED * self.errors
    }
}

/// True for bytes that more bytes could complete to a UTF-8 character.
fn is_start(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// Reads a sample as CP932 or EUC-JP and sums up how much the text looks Japanese.
fn plausibility(sample: &[u8], encoding: Encoding) -> i64 {
    let mut decoder = encoding.codec().new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(sample.len()).unwrap_or(0));
    let _ = decoder.decode_to_string(sample, &mut text, false);
    let mut score = 0;
    let mut before = ' ';
    for c in text.chars() {
        // A half-width kana takes two bytes in EUC-JP, as much as a kanji, and the first of them makes it a kanji in
        // CP932: it must weigh as much as that.
        let weight = if encoding == Encoding::EucJp && is_halfwidth(c) { 4 } else { 1 };
        score += weight * char_score(c, before);
        before = c;
    }
    score
}

fn is_halfwidth(c: char) -> bool {
    ('\u{FF61}'..='\u{FF9F}').contains(&c)
}

fn char_score(c: char, before: char) -> i64 {
    match c {
        '\u{FFFD}' => MALFORMED,
        '\0'..='\x7f' => 0,
        'ぁ'..='ん' | 'ァ'..='ヶ' | '・' | 'ー' => 3,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '　' | '－' | '（' | '）' | '−' | '々' => 2,
        '\u{FF61}'..='\u{FF9F}' => halfwidth_score(c, before),
        '\u{3400}'..='\u{9FFF}' => kanji_score(c),
        '\u{E000}'..='\u{F8FF}' => -2,
        '\u{80}'..='\u{9f}' => MALFORMED,
        _ => 0,
    }
}

/// Half-width kana must follow the rules of Japanese sound: no voicing mark after ア, no word that begins with ン.
fn halfwidth_score(c: char, before: char) -> i64 {
    let after_kana = ('ｦ'..='ﾝ').contains(&before) || matches!(before, 'ﾞ' | 'ﾟ' | 'ｰ');
    let possible = match c {
        'ﾞ' => matches!(before, 'ｳ' | 'ｶ'..='ﾄ' | 'ﾊ'..='ﾎ'),
        'ﾟ' => matches!(before, 'ﾊ'..='ﾎ'),
        'ｬ'..='ｮ' => matches!(before, 'ｷ' | 'ｼ' | 'ﾁ' | 'ﾆ' | 'ﾋ' | 'ﾐ' | 'ﾘ' | 'ﾞ' | 'ﾟ' | 'ﾃ'),
        'ｧ'..='ｫ' | 'ｯ' | 'ｰ' | 'ﾝ' => after_kana,
        '｡'..='･' | 'ｦ' => return -1,
        _ => true,
    };
    if possible { 1 } else { -3 }
}

fn kanji_score(c: char) -> i64 {
    if COMMON.contains(c) {
        return 4;
    }
    // First-level kanji stand before 0xD000 in EUC-JP.
    let mut buffer = [0; 4];
    let (bytes, _, _) = encoding_rs::EUC_JP.encode(c.encode_utf8(&mut buffer));
    match bytes.first() {
        Some(0xB0..=0xCF) => 1,
        Some(0xD0..=0xF4) => -1,
        _ => -2,
    }
}

/// The encoding of a sample that follows pure ASCII and starts with the first byte that is not.
pub(crate) fn detect_after_ascii(sample: &[u8]) -> Encoding {
    if sample.iter().all(|&b| b < 0x80) {
        return if has_jis_escape(sample) { Encoding::Iso2022Jp } else { Encoding::Utf8 };
    }
    contest(sample)
}
