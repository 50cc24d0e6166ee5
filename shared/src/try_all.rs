//! Reading every element of a list, or telling what is wrong with the first that is not right. Collecting does the same by way
//! of three functions for each type, and all of them would be in what a browser loads.

/// What `read` makes of each of `items`, or its first error.
pub(crate) fn try_all<T, U, E>(
    items: &[T],
    mut read: impl FnMut(&T) -> Result<U, E>,
) -> Result<Vec<U>, E> {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        all.push(read(item)?);
    }
    Ok(all)
}
