//! The lists in a file: itself, or those in what it holds.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use meibo::{Member, Modified, ReadOptions, Replay};

use crate::exit::Failure;
use crate::inputs::{self, Input};
use crate::watched::Extent;

/// A list in a file, or why there is none.
pub(crate) struct Listed<'a> {
    /// The file, with where in it the list is.
    pub(crate) path: PathBuf,
    /// Where in the file it is; empty where it is the file itself.
    pub(crate) member: &'a str,
    pub(crate) content: Result<List<'a>, Failure>,
    /// When it was last changed, as the archive that it is in tells.
    pub(crate) modified: Option<Modified>,
}

/// A list that can be read.
pub(crate) struct List<'a> {
    pub(crate) input: ListInput<'a>,
    /// How it is to be read.
    pub(crate) options: ReadOptions,
    /// For a table that is no text, the digest of the file that it is in.
    pub(crate) holder: Option<&'a dyn Fn() -> String>,
}

/// The text of a list.
pub(crate) enum ListInput<'a> {
    File(Input),
    /// Read once.
    Member(&'a mut dyn Read),
}

impl<'a> ListInput<'a> {
    /// How far a file has been read; none of what is inside of one.
    pub(crate) fn extent(&self) -> Option<Extent> {
        match self {
            ListInput::File(input) => input.extent(),
            ListInput::Member(_) => None,
        }
    }

    /// The same, to be read more than once.
    pub(crate) fn again(self) -> io::Result<Again<'a>> {
        Ok(match self {
            ListInput::File(input) => Again::File(input),
            ListInput::Member(input) => Again::Member(Box::new(Replay::new(input)?)),
        })
    }
}

impl Read for ListInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            ListInput::File(input) => input.read(buffer),
            ListInput::Member(input) => input.read(buffer),
        }
    }
}

/// The text of a list that can be read more than once.
pub(crate) enum Again<'a> {
    File(Input),
    Member(Box<Replay<&'a mut dyn Read>>),
}

impl Read for Again<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Again::File(input) => input.read(buffer),
            Again::Member(input) => input.read(buffer),
        }
    }
}

impl Seek for Again<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Again::File(input) => input.seek(to),
            Again::Member(input) => input.seek(to),
        }
    }
}

/// Shows a file to `each`, or the lists inside it, one after the other. What cannot be read is shown as a failure; the others are
/// unharmed.
pub(crate) fn each_list(path: &Path, options: &ReadOptions, each: &mut dyn FnMut(Listed<'_>)) {
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let mut itself = |content| each(Listed { path: path.to_path_buf(), member: "", content, modified: None });
    let mut input = match inputs::open_list(path) {
        Ok(input) => input,
        Err(failure) => return itself(Err(failure)),
    };
    match inputs::is_pile(&mut input) {
        Err(error) => return itself(Err(failed(&format!("cannot be read: {error}")))),
        Ok(true) => {}
        Ok(false) => {
            let (input, options) = (ListInput::File(input), options.clone());
            return itself(Ok(List { input, options, holder: None }));
        }
    }
    let mut inside = 0;
    let walked = inputs::each_member(&mut input, &mut |member| {
        inside += 1;
        each(member_of(path, member, options));
    });
    let wrong = match walked {
        Err(error) => failed(&error),
        Ok(()) if inside == 0 => failed(&inputs::NOTHING_INSIDE),
        Ok(()) => return,
    };
    each(Listed { path: path.to_path_buf(), member: "", content: Err(wrong), modified: None });
}

fn member_of<'a>(file: &Path, member: Member<'a>, options: &ReadOptions) -> Listed<'a> {
    let (path, modified) = (inputs::member_path(file, member.name), member.modified);
    let content = match member.content {
        Err(error) => Err(Failure::about(path.display(), error)),
        Ok(content) => {
            let options = inputs::options_for(&content, options);
            Ok(List { input: ListInput::Member(content.input), options, holder: content.table })
        }
    };
    Listed { path, member: member.name, content, modified }
}
