# cmake -DFOLDER=law -DENDING=toml -DOUT=law_built_in.cc -DHEADER=app/law_built_in.h -DNAMESPACE=comity::app
# -DFUNCTION=law_built_in -P embed.cmake: every file of a folder that ends so, as one C++ table.
file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*.${ENDING}")
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
file(WRITE "${OUT}.part" "#include \"${HEADER}\"

namespace ${NAMESPACE} {

std::span<const std::pair<std::string_view, std::string_view>> ${FUNCTION}() {
  static constexpr std::pair<std::string_view, std::string_view> files[] = {
${table}  };
  return files;
}

}  // namespace ${NAMESPACE}
")
file(RENAME "${OUT}.part" "${OUT}")
