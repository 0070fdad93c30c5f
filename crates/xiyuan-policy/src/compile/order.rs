//! Puts things in an order in which each comes after those it uses, and finds circles.

/// The order, and the members of one circle if there is any (in order of use, first one repeated at the end).
pub(super) fn order(uses: &[Vec<usize>]) -> (Vec<usize>, Option<Vec<usize>>) {
    let mut done = vec![false; uses.len()];
    let mut order = Vec::with_capacity(uses.len());
    loop {
        let before = order.len();
        for (index, used) in uses.iter().enumerate() {
            if !done[index] && used.iter().all(|other| done[*other]) {
                done[index] = true;
                order.push(index);
            }
        }
        if order.len() == uses.len() {
            return (order, None);
        }
        if order.len() == before {
            break;
        }
    }
    let circle = circle(uses, &done);
    order.extend((0..uses.len()).filter(|index| !done[*index]));
    (order, circle)
}

/// From an unfinished one, each step goes to an unfinished one it uses, until one comes again.
fn circle(uses: &[Vec<usize>], done: &[bool]) -> Option<Vec<usize>> {
    let mut path = vec![done.iter().position(|done| !done)?];
    loop {
        let next = *uses[*path.last()?].iter().find(|other| !done[**other])?;
        let start = path.iter().position(|seen| *seen == next);
        path.push(next);
        if let Some(start) = start {
            return Some(path.split_off(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn used_ones_come_first_and_otherwise_the_order_stays() {
        assert_eq!(order(&[vec![2], vec![], vec![1]]), (vec![1, 2, 0], None));
    }

    #[test]
    fn a_circle_is_named_and_the_rest_is_ordered() {
        let (order, circle) = order(&[vec![1], vec![2], vec![1], vec![]]);
        assert_eq!(order.first(), Some(&3));
        assert_eq!(circle, Some(vec![1, 2, 1]));
    }
}
