//! Arguments as they are typed; what they mean is resolved by the commands.

use std::num::NonZero;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use meibo::canary::Recipient;
use meibo::{
    ClientId, ColumnOverride, Date, Encoding, Field, FixedWidth, HeaderMode, Level, LogColumn, Prf,
    ReadOptions, Zone,
};
use meibo_report::Format;
use meibo_report::Lang;

/// Proves which organisation a leaked customer list came from.
#[derive(Debug, Parser)]
#[command(name = "meibo", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Example: meibo demo\n\n\
                        Exit codes: 0 done; 1 done, and some input could not be used (each named on standard error); \
                        2 bad usage or nothing could be done.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Use so many threads; results do not depend on it
    #[arg(long, global = true, value_name = "N", help_heading = "General")]
    pub(crate) threads: Option<NonZero<usize>>,
    /// Say only what could not be used
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "General")]
    pub(crate) quiet: bool,
    /// Say how lists were read, and what took how long
    #[arg(short, long, global = true, help_heading = "General")]
    pub(crate) verbose: bool,
    /// Take options from this TOML file; those that are typed win
    #[arg(long, global = true, value_name = "FILE", help_heading = "General")]
    pub(crate) config: Option<PathBuf>,
    /// Form of messages: text, or json (an object a line)
    #[arg(long, global = true, default_value = "text", value_name = "FORMAT", value_parser = ["text", "json"], hide_possible_values = true, hide_default_value = true, help_heading = "General")]
    pub(crate) log_format: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a new registry key
    Keygen(Keygen),
    /// Split a registry key into shares, or join them
    Key(KeyArgs),
    /// Make the fingerprint of a list before it is handed over
    Fingerprint(FingerprintArgs),
    /// Find out which clients seized lists came from
    Attribute(AttributeArgs),
    /// Show all that is known of single rows of a seized list, their values too
    Explain(ExplainArgs),
    /// Write the rows of seized lists that are one client's, encrypted to it
    Export(ExportArgs),
    /// Plant decoys in the copies of a list, so that a leaked one tells whose it was
    Canary(CanaryArgs),
    /// Draft what the regulator and the owners of lists are told, from the JSON report of `attribute`
    Report(ReportArgs),
    /// Find copies of registered lists on a disk, a share or a stick, in whatever file
    Sweep(SweepArgs),
    /// Tell which clients hold people who complained, and whether that may be chance
    Check(ComplaintArgs),
    /// Show how lists would be read, and the options that say the same
    Columns(ColumnsArgs),
    /// Show the canonical form of values, one a line
    Normalize(NormalizeArgs),
    /// Show what fingerprints say of themselves
    Inspect(InspectArgs),
    /// Sign fingerprints, beside whoever signed them before
    Sign(SignArgs),
    /// List, check, fill, index or compare a directory of fingerprints
    Registry(RegistryArgs),
    /// Write what a system needs to know of these commands: completions, man pages, JSON schemas
    Generate(GenerateArgs),
    /// Run the main job on the data that ships with the source
    Demo(DemoArgs),
}

/// A new key, readable by its owner only; an existing file is never overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo keygen -o key.txt")]
pub(crate) struct Keygen {
    /// File to write
    #[arg(short, value_name = "KEY")]
    pub(crate) output: PathBuf,
    /// Write a signing key instead, and the public key that verifies its signatures to KEY.pub
    #[arg(long, conflicts_with = "identity")]
    pub(crate) signing: bool,
    /// Write an identity instead, and its recipient, whom fingerprints are sealed to, to KEY.pub
    #[arg(long)]
    pub(crate) identity: bool,
    #[command(flatten)]
    pub(crate) passphrase: NewPassphrase,
}

/// Whether a new key file is to be under a passphrase.
#[derive(Debug, Args)]
pub(crate) struct NewPassphrase {
    /// Protect the file by a passphrase, typed twice
    #[arg(long)]
    pub(crate) passphrase: bool,
    /// Protect the file by the passphrase that is the first line of this one
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Passphrases of key files.
#[derive(Debug, Args)]
pub(crate) struct Passphrases {
    /// File whose first line is a passphrase of a key file; repeatable. Without it, one is asked for on the terminal
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub(crate) passphrase_file: Vec<PathBuf>,
}

/// What opens sealed fingerprints.
#[derive(Debug, Args)]
pub(crate) struct Opening {
    /// Identity file that opens fingerprints sealed to its recipient, in memory only; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub(crate) identity: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) passphrases: Passphrases,
}

impl Opening {
    /// All files that are read.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.identity.iter().chain(&self.passphrases.passphrase_file)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo key split --shares 3 --needed 2 -o shares/key key.txt")]
pub(crate) struct KeyArgs {
    #[command(subcommand)]
    pub(crate) command: KeyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Split a registry key into shares, so many of which make it again
    Split(SplitArgs),
    /// Make a registry key of its shares
    Join(JoinArgs),
}

/// Fewer shares than are needed say nothing of the key.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo key split --shares 3 --needed 2 -o shares/key key.txt")]
pub(crate) struct SplitArgs {
    /// How many shares to make
    #[arg(long, value_name = "N")]
    pub(crate) shares: u8,
    /// How many of them make the key again
    #[arg(long, value_name = "K")]
    pub(crate) needed: u8,
    /// Start of the names of the files to write: START-1.share and so on
    #[arg(short, value_name = "START")]
    pub(crate) output: PathBuf,
    /// Registry key file
    #[arg(value_name = "KEY")]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) passphrases: Passphrases,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo key join -o key.txt owner.share team.share")]
pub(crate) struct JoinArgs {
    /// Registry key file to write
    #[arg(short, value_name = "KEY")]
    pub(crate) output: PathBuf,
    /// Shares of one key
    #[arg(required = true, value_name = "SHARE")]
    pub(crate) shares: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) passphrase: NewPassphrase,
}

/// Who signs.
#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// Signing key of `keygen --signing` or of minisign; the signature is written beside the fingerprint (*.minisig)
    #[arg(long, value_name = "KEY", help_heading = "Signing")]
    pub(crate) sign_with: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo sign --sign-with notary.key registry/*.meibo")]
pub(crate) struct SignArgs {
    /// Fingerprints to sign
    #[arg(required = true, value_name = "FINGERPRINT")]
    pub(crate) fingerprints: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) passphrases: Passphrases,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo fingerprint --key key.txt --client city-a --date 2016-04-01 -o city-a.meibo list.csv"
)]
pub(crate) struct FingerprintArgs {
    /// Registry key file
    #[arg(long, value_name = "KEY")]
    pub(crate) key: PathBuf,
    /// Name of the organisation that owns the list
    #[arg(long, value_name = "ID", value_parser = |s: &str| ClientId::new(s))]
    pub(crate) client: ClientId,
    /// Day of the handover
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = |s: &str| s.parse::<Date>())]
    pub(crate) date: Date,
    /// Keyed hash that values are turned into tokens by
    #[arg(long, default_value = "blake3", value_name = "NAME", value_parser = prfs())]
    pub(crate) prf: Prf,
    /// Leave out a part of the fingerprint; repeatable: order (which rows stand next to each other),
    /// list-profile (how the list is written)
    #[arg(long, value_name = "PART", value_enum, hide_possible_values = true)]
    pub(crate) without: Vec<Part>,
    /// Fingerprint file to write
    #[arg(short, value_name = "OUT.meibo")]
    pub(crate) output: PathBuf,
    /// Files of the handover; - is standard input
    #[arg(required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// Seal the file, so that only this recipient can use it: age1… or a file of such lines; repeatable
    #[arg(long, value_name = "RECIPIENT", value_hint = clap::ValueHint::FilePath, help_heading = "Keys")]
    pub(crate) seal_to: Vec<String>,
    #[command(flatten)]
    pub(crate) passphrases: Passphrases,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// A part of a fingerprint that it need not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Which rows stand next to each other.
    Order,
    /// How the list is written.
    ListProfile,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo attribute --key key.txt --registry registry/ --records rows/ seized/*.csv"
)]
pub(crate) struct AttributeArgs {
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Directory of fingerprints
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: PathBuf,
    /// Form of the report
    #[arg(long, default_value = "table", value_name = "FORMAT", value_parser = formats())]
    pub(crate) format: Format,
    /// Language of what people read
    #[arg(long, default_value = "en", value_name = "LANG", value_parser = langs())]
    pub(crate) lang: Lang,
    /// File to write the report to, instead of standard output
    #[arg(short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Directory to write one CSV file a seized file to, with an answer for each row
    #[arg(long, value_name = "DIR")]
    pub(crate) records: Option<PathBuf>,
    /// A handover's list as it was handed over, or a directory of its files: asked itself, in place of its fingerprint,
    /// without chance matches; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) exact: Vec<PathBuf>,
    /// Record of decoys that `canary plant` wrote; repeatable. Those in the registry's directory are looked for by themselves
    #[arg(long, value_name = "FILE")]
    pub(crate) canaries: Vec<PathBuf>,
    /// Lists of unknown origin, alone or in workbooks, archives and directories; - is standard input
    #[arg(required = true, value_name = "SEIZED")]
    pub(crate) seized: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) logs: LogArgs,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Values of the rows are shown, since that is asked for.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo explain --key key.txt --registry registry/ --row 7 seized.csv")]
pub(crate) struct ExplainArgs {
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Directory of fingerprints
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: PathBuf,
    /// Row to show, from 1, the header not counted; repeatable
    #[arg(long, required = true, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) row: Vec<u64>,
    /// Form of the output: table json
    #[arg(long, default_value = "table", value_name = "FORMAT", value_parser = ["table", "json"], hide_possible_values = true)]
    pub(crate) format: String,
    /// List of unknown origin, alone or in a workbook or archive; - is standard input
    #[arg(value_name = "SEIZED")]
    pub(crate) seized: PathBuf,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Only rows that are the client's and nobody else's are written, as one CSV file with the lists' own headings, and encrypted.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo export city-a --key key.txt --registry registry/ --seal-to city-a.pub -o city-a.csv.age seized/*.csv"
)]
pub(crate) struct ExportArgs {
    /// Name of the organisation that the rows are for
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Directory of fingerprints
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: PathBuf,
    /// Whom to encrypt to, which must be said: age1… or a file of such lines; repeatable
    #[arg(long, value_name = "RECIPIENT", value_hint = clap::ValueHint::FilePath)]
    pub(crate) seal_to: Vec<String>,
    /// Encrypted file to write; an existing file is never overwritten
    #[arg(short, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Leave out rows that are less likely the client's than this
    #[arg(long, default_value = "0.95", value_name = "P", value_parser = probability)]
    pub(crate) min_posterior: f64,
    /// A handover's list, as for `attribute`; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) exact: Vec<PathBuf>,
    /// All files of the case, as for `attribute`; they are read twice
    #[arg(required = true, value_name = "SEIZED")]
    pub(crate) seized: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Download logs that files are held against.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// Download log of the server that lists were taken from, to compare by rows, time and client; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Download logs")]
    pub(crate) log: Vec<PathBuf>,
    /// A column of the logs by number (from 1) or header name: time date clock account client list rows bytes host; repeatable
    #[arg(long, value_name = "FIELD=N|NAME", value_parser = |s: &str| s.parse::<LogColumn>(), requires = "log", help_heading = "Download logs")]
    pub(crate) log_column: Vec<LogColumn>,
    /// What the logs call a client, or a part of what they call its lists; repeatable
    #[arg(long, value_name = "TEXT=CLIENT", requires = "log", help_heading = "Download logs")]
    pub(crate) log_client: Vec<String>,
    /// Zone of the logs' times that tell none, such as +09:00 or JST
    #[arg(long, value_name = "ZONE", value_parser = |s: &str| s.parse::<Zone>(), allow_hyphen_values = true, requires = "log", help_heading = "Download logs")]
    pub(crate) log_zone: Option<Zone>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo report regulator --known-on 2024-02-01 -o draft.md report.json")]
pub(crate) struct ReportArgs {
    #[command(subcommand)]
    pub(crate) command: ReportCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Draft the report to the Personal Information Protection Commission
    Regulator(RegulatorArgs),
    /// Draft the notice to one owner of a list, with nothing of any other
    Client(ClientArgs),
}

/// What the material cannot tell is left to be filled in. A lawyer must check the draft.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo report regulator --known-on 2024-02-01 -o draft.md report.json")]
pub(crate) struct RegulatorArgs {
    /// Language of the draft
    #[arg(long, default_value = "ja", value_name = "LANG", value_parser = langs())]
    pub(crate) lang: Lang,
    /// Day on which the incident became known, which the days of the reports are counted from
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = |s: &str| s.parse::<Date>())]
    pub(crate) known_on: Option<Date>,
    /// Tell only of this client's part
    #[arg(long, value_name = "CLIENT")]
    pub(crate) client: Option<String>,
    /// File to write to, instead of standard output
    #[arg(short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// What `attribute --format json` wrote; - is standard input
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,
}

/// A client that is no source is told so. A lawyer must check the draft.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo report client city-a -o city-a.md report.json")]
pub(crate) struct ClientArgs {
    /// Language of the draft
    #[arg(long, default_value = "ja", value_name = "LANG", value_parser = langs())]
    pub(crate) lang: Lang,
    /// File to write to, instead of standard output
    #[arg(short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Name of the organisation that the notice is for
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,
    /// What `attribute --format json` wrote; - is standard input
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo canary plant --key key.txt --client city-a --date 2016-04-01 --recipient processor -o copies/ list.csv"
)]
pub(crate) struct CanaryArgs {
    #[command(subcommand)]
    pub(crate) command: CanaryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CanaryCommand {
    /// Write a copy of a list for each recipient, with people in it who do not exist, and a sealed record of them
    Plant(PlantArgs),
}

/// Decoys are drawn from a secret seed, look like the list's own rows, and are known by the record alone. The list's own bytes are
/// copied as they are. Nothing is overwritten.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo canary plant --key key.txt --client city-a --date 2016-04-01 --recipient processor --recipient \
                  sub-processor -o copies/ --record registry/city-a.meibo-canaries list.csv"
)]
pub(crate) struct PlantArgs {
    /// Registry key file, which the record is sealed under
    #[arg(long, value_name = "KEY")]
    pub(crate) key: PathBuf,
    /// Name of the organisation that owns the list
    #[arg(long, value_name = "ID", value_parser = |s: &str| ClientId::new(s))]
    pub(crate) client: ClientId,
    /// Day of the handover
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = |s: &str| s.parse::<Date>())]
    pub(crate) date: Date,
    /// Who gets a copy, which is written to a directory of that name; repeatable
    #[arg(long, required = true, value_name = "NAME", value_parser = |s: &str| Recipient::new(s))]
    pub(crate) recipient: Vec<Recipient>,
    /// Decoys that one recipient's copy has alone
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) each: usize,
    /// Decoys that each two recipients' copies alone have in common, and that all have in common where they are three or more
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) shared: usize,
    /// Directory to write the copies to
    #[arg(short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// File to write the record of decoys to, instead of DIR/CLIENT-DATE.meibo-canaries
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Draw decoys from this seed, 64 hexadecimal digits, to make the same copies again; whoever knows it knows the decoys
    #[arg(long, value_name = "FILE")]
    pub(crate) seed_file: Option<PathBuf>,
    /// The list, CSV or TSV
    #[arg(value_name = "LIST")]
    pub(crate) list: PathBuf,
    /// Seal the record, so that only this recipient can use it: age1… or a file of such lines; repeatable
    #[arg(long, value_name = "RECIPIENT", value_hint = clap::ValueHint::FilePath, help_heading = "Keys")]
    pub(crate) seal_to: Vec<String>,
    #[command(flatten)]
    pub(crate) passphrases: Passphrases,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// For one to a few dozen people: that all of them are customers of one client is often the first sign of a leak.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo check --key key.txt --registry registry/ complaints.csv")]
pub(crate) struct ComplaintArgs {
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Directory of fingerprints
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: PathBuf,
    /// Form of the report: table json
    #[arg(long, default_value = "table", value_name = "FORMAT", value_parser = ["table", "json"], hide_possible_values = true)]
    pub(crate) format: String,
    /// File to write the report to, instead of standard output
    #[arg(short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// List of the people who complained; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

/// Every file is read, whatever its name; a disk image or a device with all its bytes, those of deleted files too. Other file
/// systems below a directory are swept only where they are named.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo sweep --key key.txt --registry registry/ /home /mnt/share stick.img")]
pub(crate) struct SweepArgs {
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Directory of fingerprints
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: PathBuf,
    /// Form of the report: table json
    #[arg(long, default_value = "table", value_name = "FORMAT", value_parser = ["table", "json"], hide_possible_values = true)]
    pub(crate) format: String,
    /// File to write the report to, instead of standard output
    #[arg(short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Directories, files, disk images and devices to search
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

/// How lists are read: found out, unless said here.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// A column by number (from 1) or header name, N+M joins; repeatable
    #[arg(long, value_name = "FIELD=N|NAME", value_parser = |s: &str| s.parse::<ColumnOverride>(), help_heading = "Reading lists")]
    column: Vec<ColumnOverride>,
    /// The first row names the columns
    #[arg(long, conflicts_with = "no_header", help_heading = "Reading lists")]
    header: bool,
    /// There is no header row
    #[arg(long, help_heading = "Reading lists")]
    no_header: bool,
    /// utf-8 utf-16le utf-16be cp932 euc-jp iso-2022-jp
    #[arg(long, value_name = "NAME", value_parser = |s: &str| s.parse::<Encoding>(), help_heading = "Reading lists")]
    encoding: Option<Encoding>,
    /// One character between cells, or: tab comma semicolon pipe
    #[arg(long, value_name = "CHAR", value_parser = delimiter, help_heading = "Reading lists")]
    delimiter: Option<u8>,
    /// Where columns without delimiters begin, as a terminal counts: 16,30,58
    #[arg(long, value_name = "PLACES", value_parser = |s: &str| s.parse::<FixedWidth>(), conflicts_with = "delimiter", help_heading = "Reading lists")]
    fixed: Option<FixedWidth>,
}

impl Reading {
    pub(crate) fn options(&self) -> ReadOptions {
        let header = match (self.header, self.no_header) {
            (true, _) => HeaderMode::Present,
            (_, true) => HeaderMode::Absent,
            _ => HeaderMode::Auto,
        };
        ReadOptions {
            columns: self.column.clone(),
            header,
            encoding: self.encoding,
            delimiter: self.delimiter,
            fixed: self.fixed.clone(),
        }
    }
}

/// Of each value only its form is shown: 漢漢　漢 for a name, 000-0000-0000 for a phone number.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo columns list.csv")]
pub(crate) struct ColumnsArgs {
    /// Lists, alone or in workbooks, archives and directories; - is standard input
    #[arg(required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: echo '東京都文京区千石４丁目１５－７' | meibo normalize --field address")]
pub(crate) struct NormalizeArgs {
    /// Kind of value: name kana address phone postal birth_date sex age email member_id
    #[arg(long, value_name = "FIELD", value_parser = |s: &str| s.parse::<Field>())]
    pub(crate) field: Field,
    /// How much two spellings may differ; without it, the form that keys use
    #[arg(long, value_name = "LEVEL", value_parser = levels())]
    pub(crate) level: Option<Level>,
    /// text prints values, json explains them
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = ["text", "json"])]
    pub(crate) format: String,
    /// File of values, one a line, in UTF-8; - is standard input
    #[arg(default_value = "-", value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo inspect --key key.txt registry/*.meibo")]
pub(crate) struct InspectArgs {
    /// Registry key file; without it, only what is public is shown
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Fingerprint files
    #[arg(required = true, value_name = "FINGERPRINT")]
    pub(crate) fingerprints: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo registry list --key key.txt registry/")]
pub(crate) struct RegistryArgs {
    #[command(subcommand)]
    pub(crate) command: RegistryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    /// List the fingerprints
    #[command(after_help = "Example: meibo registry list --key key.txt registry/")]
    List(OpenedTarget),
    /// Check every fingerprint whole: checksum, key, profile, fill, signatures
    Check(CheckArgs),
    /// Write the index file that makes opening fast
    Index(IndexArgs),
    /// Check fingerprints, recount one against its list where that is at hand, and put them into the directory
    Add(AddArgs),
    /// Show how far the clients' lists overlap: which clients can be told apart
    Overlap(OverlapArgs),
}

#[derive(Debug, Args)]
pub(crate) struct OpenedTarget {
    #[command(flatten)]
    pub(crate) target: RegistryTarget,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

/// An index file would show what is in sealed fingerprints: they stay out of it, and are opened when they are asked.
#[derive(Debug, Args)]
#[command(after_help = "Example: meibo registry index --key key.txt registry/")]
pub(crate) struct IndexArgs {
    #[command(flatten)]
    pub(crate) target: RegistryTarget,
    #[command(flatten)]
    pub(crate) passphrases: Passphrases,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryTarget {
    /// Registry key file; without it, only what is public is shown
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Directory of fingerprints
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo registry check --key key.txt --trust owner.pub --trust notary.pub registry/"
)]
pub(crate) struct CheckArgs {
    /// Public signing key whose signatures count; repeatable. With it, a fingerprint that none of them signed is a problem
    #[arg(long, value_name = "PUB")]
    pub(crate) trust: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opened: OpenedTarget,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: meibo registry add --key key.txt --list list.csv registry/ from-owner/city-a.meibo"
)]
pub(crate) struct AddArgs {
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// The list that the fingerprint must be of, or a directory of its files: a fingerprint made of it anew must be the same
    #[arg(long, value_name = "PATH")]
    pub(crate) list: Option<PathBuf>,
    /// Directory of fingerprints
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Fingerprints to put there, with the signatures beside them
    #[arg(required = true, value_name = "FINGERPRINT")]
    pub(crate) fingerprints: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo registry overlap --key key.txt registry/")]
pub(crate) struct OverlapArgs {
    /// Registry key file; repeat it for a registry with several keys
    #[arg(long, required = true, value_name = "KEY")]
    pub(crate) key: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, default_value = "table", value_name = "FORMAT", value_parser = ["table", "json"])]
    pub(crate) format: String,
    /// File to write to, instead of standard output
    #[arg(short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Directory of fingerprints
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) opening: Opening,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo generate man -o /usr/local/share/man/man1")]
pub(crate) struct GenerateArgs {
    #[command(subcommand)]
    pub(crate) command: GenerateCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// Completions of commands and options for a shell
    #[command(
        after_help = "Example: meibo generate completions --shell bash -o /etc/bash_completion.d/meibo"
    )]
    Completions(CompletionsArgs),
    /// Man pages, one of each command
    #[command(after_help = "Example: meibo generate man -o /usr/local/share/man/man1")]
    Man(GeneratedFiles),
    /// JSON schemas of all reports
    #[command(after_help = "Example: meibo generate schemas -o schemas/")]
    Schemas(GeneratedFiles),
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to write them for
    #[arg(long, value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
    /// File to write them to, instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct GeneratedFiles {
    /// Directory to write the files to; it is made where it is not there
    #[arg(short, value_name = "DIR")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: meibo demo -o meibo-demo")]
pub(crate) struct DemoArgs {
    /// Directory of the synthetic incident
    #[arg(long, default_value = "testdata/incident", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Directory to write the key, the fingerprints and the reports to
    #[arg(short, default_value = "meibo-demo", value_name = "DIR")]
    pub(crate) output: PathBuf,
}

fn prfs() -> impl clap::builder::TypedValueParser<Value = Prf> {
    PossibleValuesParser::new(Prf::ALL.map(Prf::as_str)).try_map(|word| word.parse::<Prf>())
}

fn formats() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::as_str)).try_map(|word| word.parse::<Format>())
}

fn langs() -> impl clap::builder::TypedValueParser<Value = Lang> {
    PossibleValuesParser::new(Lang::ALL.map(Lang::as_str)).try_map(|word| word.parse::<Lang>())
}

fn levels() -> impl clap::builder::TypedValueParser<Value = Level> {
    PossibleValuesParser::new(["exact", "standard", "loose"]).map(|word| match word.as_str() {
        "exact" => Level::Exact,
        "standard" => Level::Standard,
        _ => Level::Loose,
    })
}

fn probability(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or("write a number from 0 to 1, such as 0.95")
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        ("comma", _) => Ok(b','),
        ("semicolon", _) => Ok(b';'),
        ("pipe", _) => Ok(b'|'),
        (_, [byte]) => Ok(*byte),
        _ => Err("write one ASCII character, or: tab comma semicolon pipe"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_definitions_agree() {
        super::Arguments::command().debug_assert();
    }
}
