//! Types that stand in JSON as their text.

macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as ::serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
        impl $crate::json::members::FromJson for $name {
            fn from_json(
                value: &::serde_json::Value,
            ) -> Result<Self, $crate::json::members::MemberError> {
                let malformed = |_| $crate::json::members::MemberError::new("malformed");
                $crate::json::members::text(value)?.parse().map_err(malformed)
            }
        }
    )*};
}
pub(crate) use as_text;
