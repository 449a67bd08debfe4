# cmake -DFOLDER=law -DOUT=law_built_in.cc -P embed.cmake: every *.toml of a folder as one C++ table.
file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*.toml")
list(SORT files)
set(table "")
foreach(file ${files})
  file(READ "${FOLDER}/${file}" text HEX)
  # As escaped bytes, in pieces: no raw string can hold every text, and compilers bound one literal's length.
  string(LENGTH "${text}" digits)
  set(literal "")
  set(at 0)
  while(at LESS digits)
    string(SUBSTRING "${text}" ${at} 4000 piece)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" piece "${piece}")
    string(APPEND literal "    \"${piece}\"\n")
    math(EXPR at "${at} + 4000")
  endwhile()
  math(EXPR bytes "${digits} / 2")
  string(APPEND table "  {\"${file}\", {\n${literal}    , ${bytes}}},\n")
endforeach()
file(WRITE "${OUT}.part" "#include \"app/law_built_in.h\"

namespace comity::app {

std::span<const std::pair<std::string_view, std::string_view>> law_built_in() {
  static constexpr std::pair<std::string_view, std::string_view> files[] = {
${table}  };
  return files;
}

}  // namespace comity::app
")
file(RENAME "${OUT}.part" "${OUT}")
