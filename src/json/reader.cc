#include "json/reader.h"

#include <algorithm>

namespace comity::json {

Reader::Reader(const Value& value, std::string pointer)
    : pointer_(std::move(pointer)), object_(value.as_object()) {
  if (object_)
    asked_.resize(object_->size());
  else
    error_ = Error{Code::bad_value, "must be an object", shown(pointer_)};
}

Reader::Reader(Value&& value, std::string pointer) : Reader(value, std::move(pointer)) {
  own_ = std::move(value);
  object_ = own_.as_object();
}

Reader::Reader(const Value& value, const Reader& parent, std::string_view name, std::size_t index)
    : parent_(&parent), name_(name), index_(index), object_(value.as_object()) {
  if (object_)
    asked_.resize(object_->size());
  else
    error_ = Error{Code::bad_value, "must be an object", shown(this->pointer())};
}

std::string Reader::pointer() const {
  if (!parent_) return pointer_;
  std::string member = pointer_to(parent_->pointer(), name_);
  return index_ == no_index ? member : pointer_to(member, index_);
}

bool Reader::has(std::string_view name) const {
  if (!object_) return false;
  auto at = object_->find(name);
  return at != object_->end() && !at->second.is_null();
}

const Value* Reader::take(std::string_view name) {
  if (!object_) return nullptr;
  auto at = object_->find(name);
  if (at == object_->end()) return nullptr;
  asked_[static_cast<std::size_t>(at - object_->begin())] = true;
  return at->second.is_null() ? nullptr : &at->second;
}

const Value* Reader::take_required(std::string_view name) {
  const Value* value = take(name);
  if (!value) refuse(name, Code::missing_field, "is required");
  return value;
}

void Reader::refuse(std::string_view name, Code code, std::string what) {
  if (!error_) error_ = Error{code, std::move(what), shown(pointer_to(pointer(), name))};
}

std::string Reader::text(std::string_view name, std::size_t bytes_max) {
  const Value* value = take_required(name);
  return value ? text_or(name, "", bytes_max) : "";
}

std::string Reader::text_or(std::string_view name, std::string fallback, std::size_t bytes_max) {
  const Value* value = take(name);
  if (!value) return fallback;
  const std::string* text = value->as_string();
  if (!text) {
    refuse(name, Code::bad_value, "must be text");
    return {};
  }
  if (text->size() > bytes_max) {
    refuse(name, Code::too_large, "must be at most " + std::to_string(bytes_max) + " bytes");
    return {};
  }
  return *text;
}

std::string Reader::one_of(std::string_view name, std::initializer_list<std::string_view> words) {
  const Value* value = take_required(name);
  if (!value) return {};
  const std::string* text = value->as_string();
  if (text && std::ranges::find(words, *text) != words.end()) return *text;
  std::string what = "must be one of";
  for (std::string_view word : words) what.append(" \"").append(word).append("\"");
  refuse(name, Code::bad_value, std::move(what));
  return {};
}

std::int64_t Reader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return take_required(name) ? integer_or(name, 0, min, max) : 0;
}

std::int64_t Reader::integer_or(std::string_view name, std::int64_t fallback, std::int64_t min,
                                std::int64_t max) {
  const Value* value = take(name);
  if (!value) return fallback;
  const std::int64_t* n = value->as_int();
  if (n && *n >= min && *n <= max) return *n;
  refuse(name, Code::bad_value,
         "must be an integer from " + std::to_string(min) + " to " + std::to_string(max));
  return 0;
}

bool Reader::boolean_or(std::string_view name, bool fallback) {
  const Value* value = take(name);
  if (!value) return fallback;
  if (const bool* b = value->as_bool()) return *b;
  refuse(name, Code::bad_value, "must be true or false");
  return false;
}

Instant Reader::instant(std::string_view name) {
  return take_required(name) ? instant_if(name).value_or(Instant{}) : Instant{};
}

std::optional<Instant> Reader::instant_if(std::string_view name) {
  const Value* value = take(name);
  if (!value) return std::nullopt;
  const std::string* text = value->as_string();
  auto at =
      text ? instant_from_text(*text) : fail(Code::malformed, "must be a time as text (RFC 3339)");
  if (at) return *at;
  refuse(name, Code::bad_value, at.error().what);
  return std::nullopt;
}

Hash Reader::hash(std::string_view name) {
  const Value* value = take_required(name);
  if (!value) return {};
  const std::string* text = value->as_string();
  if (auto hash = hash_from_hex(text ? *text : "")) return *hash;
  refuse(name, Code::bad_value, "must be 64 hex digits");
  return {};
}

Bytes Reader::base64(std::string_view name, std::size_t bytes_max) {
  const Value* value = take_required(name);
  if (!value) return {};
  const std::string* text = value->as_string();
  auto bytes = text ? from_base64(*text) : fail(Code::malformed, "must be base64 text");
  if (!bytes) {
    refuse(name, Code::bad_value, bytes.error().what);
    return {};
  }
  if (bytes->size() > bytes_max) {
    refuse(name, Code::too_large, "must be at most " + std::to_string(bytes_max) + " bytes");
    return {};
  }
  return *std::move(bytes);
}

std::array<std::uint8_t, 16> Reader::uuid(std::string_view name) {
  const Value* value = take_required(name);
  if (!value) return {};
  const std::string* text = value->as_string();
  auto bytes = uuid7_from_text(text ? *text : "");
  if (bytes) return *bytes;
  refuse(name, Code::bad_value, bytes.error().what);
  return {};
}

std::vector<std::string> Reader::texts(std::string_view name, std::size_t count_max,
                                       std::size_t bytes_max) {
  if (!take_required(name)) return {};
  return texts_or_none(name, count_max, bytes_max);
}

std::vector<std::string> Reader::texts_or_none(std::string_view name, std::size_t count_max,
                                               std::size_t bytes_max) {
  const Value* value = take(name);
  if (!value) return {};
  const Array* list = value->as_array();
  if (!list || list->size() > count_max) {
    refuse(name, list ? Code::too_large : Code::bad_value,
           "must be a list of at most " + std::to_string(count_max) + " texts");
    return {};
  }
  std::vector<std::string> texts;
  texts.reserve(list->size());
  for (const Value& element : *list) {
    const std::string* text = element.as_string();
    if (!text || text->size() > bytes_max) {
      Code code = text ? Code::too_large : Code::bad_value;
      std::string what = "must be text of at most " + std::to_string(bytes_max) + " bytes";
      if (!error_)
        error_ = Error{code, what, shown(pointer_to(pointer_to(pointer(), name), texts.size()))};
      return {};
    }
    texts.push_back(*text);
  }
  return texts;
}

void Reader::objects(std::string_view name, std::size_t count_max,
                     const std::function<void(Reader&)>& each) {
  each_of(take_required(name), name, count_max, each);
}

void Reader::objects_or_none(std::string_view name, std::size_t count_max,
                             const std::function<void(Reader&)>& each) {
  each_of(take(name), name, count_max, each);
}

void Reader::each_of(const Value* list, std::string_view name, std::size_t count_max,
                     const std::function<void(Reader&)>& each) {
  if (!list) return;
  const Array* elements = list->as_array();
  if (!elements || elements->size() > count_max) {
    refuse(name, elements ? Code::too_large : Code::bad_value,
           "must be a list of at most " + std::to_string(count_max) + " objects");
    return;
  }
  for (std::size_t i = 0; i < elements->size() && !error_; ++i) {
    Reader element((*elements)[i], *this, name, i);
    if (element.ok()) each(element);
    element.close();
    error_ = element.error_;
  }
}

void Reader::object(std::string_view name, const std::function<void(Reader&)>& read) {
  if (take_required(name)) object_if(name, read);
}

bool Reader::object_if(std::string_view name, const std::function<void(Reader&)>& read) {
  const Value* value = take(name);
  if (!value) return false;
  Reader member(*value, *this, name, no_index);
  if (member.ok()) read(member);
  member.close();
  if (!error_) error_ = member.error_;
  return true;
}

Value Reader::any(std::string_view name) {
  const Value* value = take(name);
  if (!value) return Value(Object{});
  if (!own_.as_object()) return *value;
  return std::move(own_.as_object()->find(name)->second);
}

void Reader::close() {
  if (error_) return;
  auto unasked = std::ranges::find(asked_, false);
  if (unasked == asked_.end()) return;
  const std::string& name = (object_->begin() + (unasked - asked_.begin()))->first;
  refuse(name, Code::unknown_field, "nobody defined this member");
}

Result<void> Reader::finish() {
  close();
  if (error_) return std::unexpected(*error_);
  return {};
}

}  // namespace comity::json
