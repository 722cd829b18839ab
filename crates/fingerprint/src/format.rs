//! The bytes of a fingerprint file; `docs/FORMAT.md` says the same in words.

use std::io::{self, Read, Seek, SeekFrom};

use crate::bloom::Columns;
use crate::error::FormatError;
use crate::facts::{ClientId, Facts, KindCount};
use crate::list_profile::ListProfile;
use crate::order::Order;
use crate::sample::{SampledRecord, Stratum};
use crate::seal::is_sealed;
use crate::{Date, KeyId, KeyKind, Prf, RegistryKey, Token, cipher};

/// Like PNG's: a byte above 127, a name, and both line ends, so that the usual conversions show.
pub(crate) const MAGIC: [u8; 8] = [0x89, b'M', b'E', b'I', b'B', b'O', b'\r', b'\n'];
/// The format's version.
pub const FORMAT_VERSION: u16 = 1;
// A profile is normalisation rules, kinds of key and keyed hash, which a fingerprint and a query must share. Other rules need
// other profiles: their keys cannot be compared.
const _: () = assert!(meibo_normalize::RULES_VERSION == 1);

const HEADER: usize = 32;
const ENTRY: usize = 24;
const CHECKSUM: usize = 32;
/// More sections than any version will have.
const MOST_SECTIONS: u32 = 64;
/// A section whose type has this bit may be skipped by a reader that does not know it.
const OPTIONAL: u32 = 1 << 31;

/// The facts of a file that meibo wrote lie within this many bytes of its start.
pub const FACTS_WITHIN: usize = 1024;

/// The header and the longest table lie within this many bytes.
const WITHIN_TABLE: usize = HEADER + MOST_SECTIONS as usize * ENTRY;

const FACTS: u32 = 1;
const COLUMNS: u32 = 2;
const SAMPLE: u32 = 3 | OPTIONAL;
const ORDER: u32 = 4 | OPTIONAL;
const LIST_PROFILE: u32 = 5 | OPTIONAL;

/// The public part of a fingerprint: what it shows without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Format version.
    pub version: u16,
    /// Profile number.
    pub profile: u16,
    /// Which registry key it was made with.
    pub key_id: KeyId,
    /// log₂ of the columns' length in bits: the size class.
    pub log2_bits: u8,
    /// Number of columns.
    pub columns: u32,
    /// The parts of the file.
    pub sections: Vec<Section>,
    /// The file's own checksum, BLAKE3 of all bytes before it.
    pub checksum: [u8; 32],
}

/// One part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Type number; bit 31 marks a part that may be skipped.
    pub kind: u32,
    /// Where it starts, in bytes from the start of the file.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

impl Section {
    /// The part's name, for people.
    pub fn name(&self) -> &'static str {
        match self.kind {
            FACTS => "facts",
            COLUMNS => "columns",
            SAMPLE => "sample",
            ORDER => "order",
            LIST_PROFILE => "list profile",
            _ => "unknown",
        }
    }
}

/// A fingerprint opened with its key, every part checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprint {
    /// The public part.
    pub header: Header,
    /// What it says of its list.
    pub facts: Facts,
    /// The filter.
    pub columns: Columns,
    /// Sampled records for matched controls.
    pub sample: Vec<SampledRecord>,
    /// Which rows stand next to each other; none in a fingerprint that was made without it.
    pub order: Option<Order>,
    /// How its list is written; none in a fingerprint that was made without it.
    pub list_profile: Option<ListProfile>,
}

impl Fingerprint {
    /// Opens a file's bytes with whichever of the keys it names.
    pub fn open(bytes: &[u8], keys: &[RegistryKey]) -> Result<Self, FormatError> {
        let header = Header::read(bytes)?;
        let key =
            keys.iter().find(|key| key.id() == header.key_id).ok_or(FormatError::OtherKey(header.key_id))?;
        if key.prf().profile() != header.profile {
            return Err(FormatError::Inconsistent { what: "its profile is not that of its key" });
        }
        let context = bytes.get(..HEADER).unwrap_or_default();
        let open = |kind| {
            section(bytes, &header, kind).map(|(c, sealed)| {
                cipher::decrypt(key, &section_context(context, c), sealed).ok_or(FormatError::Sealed)
            })
        };
        let facts = open(FACTS).ok_or(FormatError::Inconsistent { what: "it has no facts" })??;
        let facts =
            read_facts(&facts).ok_or(FormatError::Inconsistent { what: "its facts are malformed" })?;
        let (_, column_bytes) = section(bytes, &header, COLUMNS)
            .ok_or(FormatError::Inconsistent { what: "it has no columns" })?;
        if *blake3::hash(column_bytes).as_bytes() != facts.columns_digest {
            return Err(FormatError::Inconsistent { what: "its columns belong to another fingerprint" });
        }
        let columns = Columns::from_bytes(header.log2_bits, header.columns, column_bytes)
            .ok_or(FormatError::Inconsistent { what: "its columns have not the stated size" })?;
        check_fill(&facts, &columns)?;
        let sample = match open(SAMPLE) {
            Some(plain) => {
                read_sample(&plain?).ok_or(FormatError::Inconsistent { what: "its sample is malformed" })?
            }
            None => Vec::new(),
        };
        check_sample(&sample, &facts, &columns)?;
        let order = open(ORDER).transpose()?.map(|plain| read_order(&plain, columns.bytes())).transpose()?;
        let list_profile =
            open(LIST_PROFILE).transpose()?.map(|plain| read_list_profile(&plain)).transpose()?;
        Ok(Self { header, facts, columns, sample, order, list_profile })
    }
}

/// The order of rows in a file whose columns take so many bytes.
fn read_order(plain: &[u8], columns: usize) -> Result<Order, FormatError> {
    let what = "its order of rows is malformed";
    Order::from_bytes(plain, columns).ok_or(FormatError::Inconsistent { what })
}

fn read_list_profile(plain: &[u8]) -> Result<ListProfile, FormatError> {
    ListProfile::from_bytes(plain).ok_or(FormatError::Inconsistent { what: "its list profile is malformed" })
}

/// People planted in a sample would raise the rates that other clients are weighed against.
fn check_sample(sample: &[SampledRecord], facts: &Facts, columns: &Columns) -> Result<(), FormatError> {
    let tokens = || sample.iter().flat_map(|record| &record.tokens);
    if sample.len() as u64 > facts.records || !tokens().all(|(_, token)| columns.contains(*token)) {
        return Err(FormatError::Inconsistent { what: "its sample is not of its list" });
    }
    Ok(())
}

/// So many bytes more than the magic number tell what a file is that does not begin with it.
const START: u64 = 32;

/// Reads a fingerprint file whole, if it is one or the seal of one: a pipe, a device or a large file of another kind is not read.
///
/// # Errors
/// Where the file cannot be read, or is not a regular file.
pub fn read_file(path: &std::path::Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    let mut file = std::fs::File::open(path)?;
    let mut bytes = Vec::with_capacity(MAGIC.len());
    file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut bytes)?;
    // Of anything else the first bytes are enough to say what is wrong.
    if bytes != MAGIC {
        file.by_ref().take(START).read_to_end(&mut bytes)?;
    }
    if bytes == MAGIC || is_sealed(&bytes) {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Opens only the facts, from the first bytes of a file; the checksum is not verified, since most of the file need not
/// be there, but the facts are bound to their key and to the fixed header.
///
/// [`FACTS_WITHIN`] bytes are enough.
pub fn peek_facts(start: &[u8], keys: &[RegistryKey]) -> Result<Facts, FormatError> {
    check_magic(start)?;
    let truncated = FormatError::Truncated { what: "the facts" };
    let fixed = start.get(..HEADER).ok_or(truncated.clone())?;
    let mut key_id = [0; 8];
    key_id.copy_from_slice(&fixed[12..20]);
    let key = keys.iter().find(|key| key.id().0 == key_id).ok_or(FormatError::OtherKey(KeyId(key_id)))?;
    let mut entry = Cursor(start.get(HEADER..HEADER + ENTRY).ok_or(truncated.clone())?);
    let parts = (entry.u32(), entry.u32(), entry.u64(), entry.u64());
    let (Some(FACTS), Some(_), Some(offset), Some(length)) = parts else {
        return Err(FormatError::Inconsistent { what: "its facts do not come first" });
    };
    let range = usize::try_from(offset)
        .ok()
        .zip(offset.checked_add(length).and_then(|end| usize::try_from(end).ok()));
    let sealed = range.and_then(|(from, to)| start.get(from..to)).ok_or(truncated)?;
    let plain = cipher::decrypt(key, &section_context(fixed, FACTS), sealed).ok_or(FormatError::Sealed)?;
    read_facts(&plain).ok_or(FormatError::Inconsistent { what: "its facts are malformed" })
}

/// Opens only the sample, where a file may be large and has been checked before; none is an empty one.
///
/// The checksum is not verified, nor that the sample is of the file's list: that takes the whole file. What is read is
/// bound to its key and to the fixed header, so that it is a sample that some such fingerprint was written with.
///
/// # Errors
/// Where the file cannot be read, or is no fingerprint whose sample a key opens ([`io::ErrorKind::InvalidData`]).
pub fn peek_sample(file: &mut (impl Read + Seek), keys: &[RegistryKey]) -> io::Result<Vec<SampledRecord>> {
    let Some((_, plain)) = peek(file, keys, SAMPLE)? else { return Ok(Vec::new()) };
    read_sample(&plain).ok_or(invalid(FormatError::Inconsistent { what: "its sample is malformed" }))
}

/// Opens only which rows stand next to each other, as [`peek_sample`] does the sample; none where the file was made without it.
///
/// # Errors
/// Where the file cannot be read, or is no fingerprint whose order a key opens ([`io::ErrorKind::InvalidData`]).
pub fn peek_order(file: &mut (impl Read + Seek), keys: &[RegistryKey]) -> io::Result<Option<Order>> {
    let Some((sections, plain)) = peek(file, keys, ORDER)? else { return Ok(None) };
    let columns = sections.iter().find(|section| section.kind == COLUMNS).map_or(0, |columns| columns.length);
    read_order(&plain, columns as usize).map(Some).map_err(invalid)
}

/// Opens only how the list is written, as [`peek_sample`] does the sample; none where the file was made without it.
///
/// # Errors
/// Where the file cannot be read, or is no fingerprint whose list profile a key opens ([`io::ErrorKind::InvalidData`]).
pub fn peek_list_profile(
    file: &mut (impl Read + Seek),
    keys: &[RegistryKey],
) -> io::Result<Option<ListProfile>> {
    let Some((_, plain)) = peek(file, keys, LIST_PROFILE)? else { return Ok(None) };
    read_list_profile(&plain).map(Some).map_err(invalid)
}

fn invalid(error: FormatError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// The table of a file and what one encrypted part of it holds, without reading the others; none where it has no such part.
fn peek(
    file: &mut (impl Read + Seek),
    keys: &[RegistryKey],
    kind: u32,
) -> io::Result<Option<(Vec<Section>, Vec<u8>)>> {
    let size = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut start = Vec::with_capacity(WITHIN_TABLE);
    file.by_ref().take(WITHIN_TABLE as u64).read_to_end(&mut start)?;
    let (key_id, sections) = find_sections(&start, size).map_err(invalid)?;
    let key = keys.iter().find(|key| key.id() == key_id).ok_or(invalid(FormatError::OtherKey(key_id)))?;
    let Some(section) = sections.iter().find(|section| section.kind == kind) else { return Ok(None) };
    let mut sealed = Vec::new();
    file.seek(SeekFrom::Start(section.offset))?;
    file.take(section.length).read_to_end(&mut sealed)?;
    let context = section_context(start.get(..HEADER).unwrap_or_default(), kind);
    let plain = cipher::decrypt(key, &context, &sealed).ok_or(invalid(FormatError::Sealed))?;
    Ok(Some((sections, plain)))
}

/// The key and the table of a file of this size that starts so.
fn find_sections(start: &[u8], size: u64) -> Result<(KeyId, Vec<Section>), FormatError> {
    check_magic(start)?;
    let fixed = start.get(12..HEADER).ok_or(FormatError::Truncated { what: "the header" })?;
    let mut fixed = Cursor(fixed);
    let parts = (fixed.array(), fixed.u32(), fixed.u32(), fixed.u32());
    let (Some(key_id), Some(_), Some(_), Some(sections @ ..=MOST_SECTIONS)) = parts else {
        return Err(FormatError::Inconsistent { what: "it states too many parts" });
    };
    Ok((KeyId(key_id), read_table(start, size, sections)?))
}

/// An owner who pads a filter would draw blame away from others, and one who empties it would hide.
fn check_fill(facts: &Facts, columns: &Columns) -> Result<(), FormatError> {
    if columns.ones() != facts.ones {
        return Err(FormatError::Inconsistent { what: "its fill is not the stated one" });
    }
    if Columns::shape(facts.tokens()) != Some((columns.log2_bits(), columns.count())) {
        return Err(FormatError::Inconsistent { what: "its size is not that of its counts" });
    }
    let most_tokens = |records: u64| records.saturating_mul(crate::token::MAX_TOKENS_OF_A_KIND as u64);
    if facts.kinds.iter().any(|count| count.tokens > most_tokens(count.records)) {
        return Err(FormatError::Inconsistent { what: "it counts more keys than its records can have" });
    }
    let [expected, tolerance] = columns.expected_ones(facts.tokens());
    if (facts.ones as f64 - expected).abs() > tolerance {
        let expected = expected.round() as u64;
        return Err(FormatError::Fill { set: facts.ones, expected, tolerance: tolerance as u64 });
    }
    if facts.records > facts.rows || facts.kinds.iter().any(|count| count.records > facts.records) {
        return Err(FormatError::Inconsistent { what: "its counts contradict each other" });
    }
    Ok(())
}

impl Header {
    /// Reads the public part and verifies the checksum; no key is needed.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        check_magic(bytes)?;
        let mut fixed = Cursor(bytes.get(MAGIC.len()..).unwrap_or_default());
        let truncated = |what| FormatError::Truncated { what };
        let version = fixed.u16().ok_or(truncated("the header"))?;
        if version != FORMAT_VERSION {
            return Err(FormatError::FutureVersion(version));
        }
        let mut parts = || {
            let (profile, key_id) = (fixed.u16()?, KeyId(fixed.array()?));
            let [log2_bits, hashes, _, _] = fixed.array()?;
            Some((profile, key_id, log2_bits, hashes, fixed.u32()?, fixed.u32()?))
        };
        let (profile, key_id, log2_bits, hashes, columns, sections) =
            parts().ok_or(truncated("the header"))?;
        if sections > MOST_SECTIONS {
            return Err(FormatError::Inconsistent { what: "it states too many parts" });
        }
        let sections = read_table(bytes, bytes.len() as u64, sections)?;
        let checksum = verify_checksum(bytes)?;
        if Prf::of_profile(profile).is_none() {
            return Err(FormatError::UnknownProfile(profile));
        }
        if crate::bloom::hashes(log2_bits) != Some(hashes) {
            return Err(FormatError::Inconsistent {
                what: "its number of hashes is not that of its columns",
            });
        }
        if let Some(unknown) = sections.iter().find(|s| s.name() == "unknown" && s.kind & OPTIONAL == 0) {
            return Err(FormatError::UnknownSection(unknown.kind));
        }
        Ok(Self { version, profile, key_id, log2_bits, columns, sections, checksum })
    }
}

fn check_magic(bytes: &[u8]) -> Result<(), FormatError> {
    if bytes.starts_with(&MAGIC) {
        return Ok(());
    }
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) && !bytes.is_empty() {
        return Err(FormatError::Truncated { what: "the header" });
    }
    if is_sealed(bytes) {
        return Err(FormatError::IsSealed);
    }
    // Seen after: a byte order mark and UTF-16 or UTF-8 by a shell's redirection, CR LF to LF by a transfer.
    let start = bytes.get(..32).unwrap_or(bytes);
    let letters: Vec<u8> = start.iter().copied().filter(u8::is_ascii_uppercase).collect();
    if letters.starts_with(b"MEIBO") {
        return Err(FormatError::TextConversion);
    }
    Err(FormatError::NotAFingerprint)
}

/// The section table at the start of a file of this size; every section lies between the table and the checksum.
fn read_table(bytes: &[u8], size: u64, count: u32) -> Result<Vec<Section>, FormatError> {
    let start = HEADER + count as usize * ENTRY;
    let table = bytes.get(HEADER..start).ok_or(FormatError::Truncated { what: "the table of parts" })?;
    let end = size.checked_sub(CHECKSUM as u64).filter(|end| *end >= start as u64);
    let end = end.ok_or(FormatError::Truncated { what: "the checksum" })?;
    let mut sections: Vec<Section> = Vec::with_capacity(count as usize);
    for entry in table.chunks_exact(ENTRY) {
        let mut cursor = Cursor(entry);
        let parts = (cursor.u32(), cursor.u32(), cursor.u64(), cursor.u64());
        let (Some(kind), Some(_), Some(offset), Some(length)) = parts else {
            return Err(FormatError::Truncated { what: "the table of parts" });
        };
        if offset.checked_add(length).is_none_or(|last| last > end) {
            return Err(FormatError::Truncated { what: "a part named in the table" });
        }
        if offset < start as u64 || sections.iter().any(|other| other.kind == kind) {
            return Err(FormatError::Inconsistent { what: "its table of parts is wrong" });
        }
        sections.push(Section { kind, offset, length });
    }
    Ok(sections)
}

fn verify_checksum(bytes: &[u8]) -> Result<[u8; 32], FormatError> {
    let (content, stated) =
        bytes.split_last_chunk::<CHECKSUM>().ok_or(FormatError::Truncated { what: "the checksum" })?;
    if blake3::hash(content).as_bytes() != stated {
        return Err(FormatError::Checksum);
    }
    Ok(*stated)
}

/// A section's type and bytes.
fn section<'a>(bytes: &'a [u8], header: &Header, kind: u32) -> Option<(u32, &'a [u8])> {
    let found = header.sections.iter().find(|section| section.kind == kind)?;
    let start = usize::try_from(found.offset).ok()?;
    let end = start.checked_add(usize::try_from(found.length).ok()?)?;
    Some((kind, bytes.get(start..end)?))
}

/// What an encrypted section is bound to: the file's fixed header and the section's type.
fn section_context(header: &[u8], kind: u32) -> Vec<u8> {
    [header, &kind.to_le_bytes()].concat()
}

/// What a fingerprint may hold beside facts and columns.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) sample: &'a [SampledRecord],
    pub(crate) order: Option<&'a Order>,
    pub(crate) list_profile: Option<&'a ListProfile>,
}

/// The bytes of a whole file; `None` where a part is beyond what the format can hold.
pub(crate) fn write(
    key: &RegistryKey,
    facts: &Facts,
    columns: &Columns,
    parts: Parts<'_>,
) -> Option<Vec<u8>> {
    let mut file = Vec::with_capacity(columns.bytes() + 4096);
    file.extend(MAGIC);
    file.extend(FORMAT_VERSION.to_le_bytes());
    file.extend(key.prf().profile().to_le_bytes());
    file.extend(key.id().0);
    file.extend([columns.log2_bits(), columns.hashes(), 0, 0]);
    file.extend(columns.count().to_le_bytes());
    let optional = [parts.order.is_some(), parts.list_profile.is_some()];
    let sections = 3 + optional.map(u32::from).iter().sum::<u32>();
    file.extend(sections.to_le_bytes());
    let sealed = |kind, plain: &[u8]| cipher::encrypt(key, &section_context(&file, kind), plain);
    let facts = sealed(FACTS, &padded(write_facts(facts)?))?;
    let sample = sealed(SAMPLE, &padded(write_sample(parts.sample)?))?;
    let mut behind = vec![(SAMPLE, sample)];
    if let Some(order) = parts.order {
        behind.push((ORDER, sealed(ORDER, &order.to_bytes())?));
    }
    if let Some(profile) = parts.list_profile {
        behind.push((LIST_PROFILE, sealed(LIST_PROFILE, &padded(profile.to_bytes()?))?));
    }
    let lengths = [(FACTS, facts.len()), (COLUMNS, columns.bytes())];
    let lengths: Vec<_> =
        lengths.into_iter().chain(behind.iter().map(|(kind, part)| (*kind, part.len()))).collect();
    let mut offset = (HEADER + lengths.len() * ENTRY) as u64;
    for (kind, length) in lengths {
        file.extend(kind.to_le_bytes());
        file.extend(0_u32.to_le_bytes());
        file.extend(offset.to_le_bytes());
        file.extend((length as u64).to_le_bytes());
        offset += length as u64;
    }
    // All that is to come, and no more: a list's columns may be most of what memory there is.
    file.reserve_exact(offset as usize + CHECKSUM - file.len());
    file.extend(facts);
    columns.each_piece(|piece| file.extend(piece));
    behind.into_iter().for_each(|(_, part)| file.extend(part));
    let checksum = blake3::hash(&file);
    file.extend(checksum.as_bytes());
    Some(file)
}

/// Zeros up to the next of 512, 768, 1024, 1536, 2048, … bytes: the length of an encrypted part must not tell how many
/// records a small list has.
fn padded(mut plain: Vec<u8>) -> Vec<u8> {
    let power = plain.len().next_power_of_two().max(512);
    let target = if plain.len() <= power / 4 * 3 && power > 512 { power / 4 * 3 } else { power };
    plain.resize(target, 0);
    plain
}

fn write_facts(facts: &Facts) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let client = facts.client.as_str().as_bytes();
    out.extend(u16::try_from(client.len()).ok()?.to_le_bytes());
    out.extend(client);
    let (year, month, day) = facts.date.parts();
    out.extend(year.to_le_bytes());
    out.extend([month, day]);
    out.extend(facts.rows.to_le_bytes());
    out.extend(facts.records.to_le_bytes());
    out.extend(facts.ones.to_le_bytes());
    out.extend(facts.columns_digest);
    for count in facts.kinds {
        out.extend(count.tokens.to_le_bytes());
        out.extend(count.records.to_le_bytes());
    }
    Some(out)
}

fn read_facts(bytes: &[u8]) -> Option<Facts> {
    let mut cursor = Cursor(bytes);
    let length = usize::from(cursor.u16()?);
    let client = ClientId::new(std::str::from_utf8(cursor.take(length)?).ok()?).ok()?;
    let year = cursor.u16()?;
    let [month, day] = cursor.array()?;
    let mut facts = Facts {
        client,
        date: Date::new(year, month, day).ok()?,
        rows: cursor.u64()?,
        records: cursor.u64()?,
        ones: cursor.u64()?,
        columns_digest: cursor.array()?,
        kinds: [KindCount::default(); KeyKind::COUNT],
    };
    for count in &mut facts.kinds {
        *count = KindCount { tokens: cursor.u64()?, records: cursor.u64()? };
    }
    cursor.is_padding().then_some(facts)
}

fn write_sample(sample: &[SampledRecord]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.extend(u32::try_from(sample.len()).ok()?.to_le_bytes());
    for record in sample {
        out.extend(record.stratum.prefecture.to_le_bytes());
        out.extend(record.stratum.municipality.to_le_bytes());
        out.extend([
            record.stratum.birth_decade,
            record.stratum.sex,
            u8::try_from(record.tokens.len()).ok()?,
        ]);
        for (kind, token) in &record.tokens {
            out.push(*kind as u8);
            out.extend(token.0.to_le_bytes());
        }
    }
    Some(out)
}

fn read_sample(bytes: &[u8]) -> Option<Vec<SampledRecord>> {
    let mut cursor = Cursor(bytes);
    let count = cursor.u32()?;
    let mut sample = Vec::new();
    for _ in 0..count {
        let (prefecture, municipality) = (cursor.u32()?, cursor.u64()?);
        let [birth_decade, sex, tokens] = cursor.array()?;
        let mut record = SampledRecord {
            stratum: Stratum { prefecture, municipality, birth_decade, sex },
            tokens: Vec::with_capacity(usize::from(tokens)),
        };
        for _ in 0..tokens {
            let [kind] = cursor.array()?;
            let kind = *KeyKind::ALL.get(usize::from(kind))?;
            record.tokens.push((kind, Token(u128::from_le_bytes(cursor.array()?))));
        }
        sample.push(record);
    }
    cursor.is_padding().then_some(sample)
}

/// Bytes yet to be read; every read is bounded by what is there.
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// True where only zeros are left.
    pub(crate) fn is_padding(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Builder, RecordTokens, Tokenizer};
    use meibo_normalize::{Canonical, Field, Normalizer, Record};

    fn key() -> RegistryKey {
        RegistryKey::from_bytes([9; 32])
    }

    fn rows(count: u32) -> Vec<RecordTokens> {
        let tokenizer = Tokenizer::new(&key());
        let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
        let row = |i: u32| {
            let record = Record::new()
                .with(Field::Name, "山田太郎")
                .with(Field::Phone, &format!("03{:08}", 31_415_927 + 7 * i))
                .with(Field::Address, &format!("東京都文京区千石{}-{}-7", 1 + i % 4, 1 + i));
            normalizer.canonicalize(&record, &mut canonical);
            tokenizer.record(&canonical)
        };
        (0..count).map(row).collect()
    }

    fn file<'a>(rows: impl Iterator<Item = &'a RecordTokens>) -> Vec<u8> {
        let mut builder = Builder::new(&key());
        rows.for_each(|row| builder.add(row));
        builder.finish(ClientId::new("市 A").unwrap(), "2016-04-01".parse().unwrap()).unwrap()
    }

    /// The file with its bytes changed and the checksum made right again.
    fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = file(rows(50).iter());
        bytes.truncate(bytes.len() - CHECKSUM);
        change(&mut bytes);
        let checksum = blake3::hash(&bytes);
        bytes.extend(checksum.as_bytes());
        bytes
    }

    fn error(bytes: &[u8]) -> FormatError {
        Fingerprint::open(bytes, &[key()]).unwrap_err()
    }

    #[test]
    fn what_was_written_is_read() {
        let rows = rows(300);
        let fingerprint =
            Fingerprint::open(&file(rows.iter()), &[RegistryKey::from_bytes([1; 32]), key()]).unwrap();
        assert_eq!(fingerprint.facts.client.as_str(), "市 A");
        assert_eq!(fingerprint.facts.date.to_string(), "2016-04-01");
        assert_eq!((fingerprint.facts.rows, fingerprint.facts.records), (300, 300));
        assert_eq!(fingerprint.sample.len(), 300);
        assert_eq!(peek_facts(&file(rows.iter())[..FACTS_WITHIN], &[key()]).unwrap(), fingerprint.facts);
        assert!(
            rows.iter().flat_map(|row| &row.tokens).all(|(_, token)| fingerprint.columns.contains(*token))
        );
    }

    #[test]
    fn the_order_of_rows_does_not_show() {
        let rows = rows(2_500);
        assert_eq!(file(rows.iter()), file(rows.iter().rev()));
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_an_error() {
        let good = file(rows(20).iter());
        for end in (0..good.len()).step_by(7) {
            assert!(Fingerprint::open(&good[..end], &[key()]).is_err(), "cut at {end}");
        }
        for at in (0..good.len()).step_by(5) {
            let mut changed = good.clone();
            changed[at] ^= 0x10;
            assert!(Fingerprint::open(&changed, &[key()]).is_err(), "flipped at {at}");
        }
        assert_eq!(error(&[&good[..], b"x"].concat()), FormatError::Checksum);
    }

    #[test]
    fn each_fault_has_its_own_error() {
        assert_eq!(error(b"PK\x03\x04 something else entirely"), FormatError::NotAFingerprint);
        assert_eq!(error(b""), FormatError::NotAFingerprint);
        let lf: Vec<u8> = file(rows(5).iter()).into_iter().filter(|b| *b != b'\r').collect();
        assert_eq!(error(&lf), FormatError::TextConversion);
        assert_eq!(error(&forged(|b| b[8] = 2)), FormatError::FutureVersion(2));
        assert_eq!(error(&forged(|b| b[10] = 9)), FormatError::UnknownProfile(9));
        let profile = FormatError::Inconsistent { what: "its profile is not that of its key" };
        assert_eq!(error(&forged(|b| b[10] = 4)), profile);
        assert!(matches!(error(&forged(|b| b[12] ^= 1)), FormatError::OtherKey(_)));
        assert_eq!(
            error(&forged(|b| b[28] = 200)),
            FormatError::Inconsistent { what: "it states too many parts" }
        );
        assert!(matches!(error(&forged(|b| b[HEADER + 16 + 5] = 1)), FormatError::Truncated { .. }));
        assert_eq!(error(&forged(|b| b[HEADER] = 77)), FormatError::UnknownSection(77));
        assert_eq!(error(&forged(|b| b[24] = 2)), FormatError::Sealed);
        let columns = Header::read(&file(rows(50).iter())).unwrap().sections[1].offset as usize + 9;
        assert!(matches!(error(&forged(|b| b[columns] ^= 1)), FormatError::Inconsistent { .. }));
    }

    #[test]
    fn a_file_of_another_keyed_hash_opens_with_its_own_key_alone() {
        let hmac = key().with_prf(Prf::HmacSha256);
        let mut builder = Builder::new(&hmac);
        let tokenizer = Tokenizer::new(&hmac);
        let record = Record::new().with(Field::Name, "山田太郎").with(Field::Phone, "03-3141-5927");
        let mut canonical = Canonical::new();
        Normalizer::new().canonicalize(&record, &mut canonical);
        let tokens = tokenizer.record(&canonical);
        builder.add(&tokens);
        let date = "2016-04-01".parse().unwrap();
        let bytes = builder.finish(ClientId::new("a").unwrap(), date).unwrap();
        let opened = Fingerprint::open(&bytes, &[key(), hmac]).unwrap();
        assert_eq!(opened.header.profile, 4);
        assert!(tokens.tokens.iter().all(|(_, token)| opened.columns.contains(*token)));
        assert!(matches!(error(&bytes), FormatError::OtherKey(_)));
    }

    #[test]
    fn a_file_without_its_optional_sample_opens() {
        let bytes = forged(|b| b[HEADER + 2 * ENTRY] = 99);
        assert!(Fingerprint::open(&bytes, &[key()]).unwrap().sample.is_empty());
    }

    #[test]
    fn a_sample_is_read_by_itself_or_not_at_all() {
        let peek = |bytes: &[u8]| peek_sample(&mut io::Cursor::new(bytes), &[key()]);
        let good = file(rows(50).iter());
        let fingerprint = Fingerprint::open(&good, &[key()]).unwrap();
        assert_eq!(peek(&good).unwrap(), fingerprint.sample);
        assert!(peek(&forged(|b| b[HEADER + 2 * ENTRY] = 99)).unwrap().is_empty());
        assert!(peek_sample(&mut io::Cursor::new(&good), &[]).is_err());
        let sample = fingerprint.header.sections[2];
        for at in [0, 13, 20, 24, 29].into_iter().chain(sample.offset as usize..good.len() - CHECKSUM) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(peek(&bad).is_err(), "flipped at {at}");
        }
        for end in (0..good.len() - CHECKSUM).step_by(7) {
            assert!(peek(&good[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_padded_filter_is_seen() {
        let rows = rows(300);
        let good = Fingerprint::open(&file(rows.iter()), &[key()]).unwrap();
        let mut columns = good.columns.clone();
        (0..60_u128)
            .for_each(|i| columns.insert(Token(i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))));
        let facts = Facts { ones: columns.ones(), columns_digest: columns.digest(), ..good.facts.clone() };
        let padded =
            write(&key(), &facts, &columns, Parts { sample: &good.sample, order: None, list_profile: None })
                .unwrap();
        let FormatError::Fill { set, expected, tolerance } = error(&padded) else { panic!() };
        assert!(set == facts.ones && expected.abs_diff(good.facts.ones) <= tolerance, "{set} {expected}");
    }

    #[test]
    fn the_length_of_a_file_does_not_tell_how_many_records_it_has() {
        let lengths: Vec<usize> = [201, 213, 222].map(|count| file(rows(count).iter()).len()).to_vec();
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
    }

    #[test]
    fn a_filter_that_answers_yes_to_everything_is_seen() {
        let good = Fingerprint::open(&file(rows(300).iter()), &[key()]).unwrap();
        let mut columns = Columns::for_tokens(10).unwrap();
        let token = |i: u128| Token(i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        (0..300_000).for_each(|i| columns.insert(token(i)));
        let mut facts = Facts { ones: columns.ones(), ..good.facts.clone() };
        facts.columns_digest = columns.digest();
        facts.kinds[0].tokens = 300_000;
        let full =
            write(&key(), &facts, &columns, Parts { sample: &[], order: None, list_profile: None }).unwrap();
        assert_eq!(error(&full), FormatError::Inconsistent { what: "its size is not that of its counts" });
    }

    #[test]
    fn a_sample_of_other_people_is_seen() {
        let good = Fingerprint::open(&file(rows(300).iter()), &[key()]).unwrap();
        let mut sample = good.sample.clone();
        sample[7].tokens[0].1 = Token(42);
        let planted = write(
            &key(),
            &good.facts,
            &good.columns,
            Parts { sample: &sample, order: None, list_profile: None },
        )
        .unwrap();
        assert_eq!(error(&planted), FormatError::Inconsistent { what: "its sample is not of its list" });
    }

    #[test]
    fn two_keys_share_no_bits() {
        let (one, other) = (RegistryKey::from_bytes([1; 32]), RegistryKey::from_bytes([2; 32]));
        let filter = |key: &RegistryKey| {
            let tokenizer = Tokenizer::new(key);
            let mut columns = Columns::for_tokens(900).unwrap();
            let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
            for i in 0..900 {
                let phone = format!("03{:08}", 31_415_927 + 7 * i);
                let record = Record::new().with(Field::Name, "山田太郎").with(Field::Phone, &phone);
                normalizer.canonicalize(&record, &mut canonical);
                tokenizer.record(&canonical).tokens.iter().for_each(|(_, token)| columns.insert(*token));
            }
            columns
        };
        let (a, b) = (filter(&one), filter(&other));
        let both: u64 =
            a.column(0).iter().zip(b.column(0)).map(|(x, y)| u64::from((x & y).count_ones())).sum();
        let expected = a.fill() * b.fill() * 16_384.0;
        assert!((both as f64 - expected).abs() < 6.0 * expected.sqrt(), "{both} against {expected}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert!(Fingerprint::open(&bytes, &[key()]).is_err());
            let after_magic = [&MAGIC[..], &[1, 0, 1, 0], &bytes].concat();
            prop_assert!(Fingerprint::open(&after_magic, &[key()]).is_err());
            prop_assert!(peek_sample(&mut io::Cursor::new(&after_magic), &[key()]).is_err());
        }
    }
}
