//! Paths of files, for a reader who must not learn of other clients: files are often called by whom they are thought to be of.

/// A path with these names left out.
pub fn masked<'a>(path: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    // Of a name that holds another one, no part may be left.
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.iter().fold(path.to_owned(), |path, name| path.replace(name, "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_left_out_whole() {
        let names = ["city", "city-a", ""];
        assert_eq!(masked("stick/city-a.zip!city-b.csv", names), "stick/….zip!…-b.csv");
        assert_eq!(masked("list.csv", names), "list.csv");
    }
}
