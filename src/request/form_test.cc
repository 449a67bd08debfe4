#include "request/form.h"

#include <gtest/gtest.h>

#include "request/testing.h"

namespace comity::request {
namespace {

const FormHead head{"Examplia Cyber Desk", "Islandia Contact Point", "ets185-29",
                    "ETS 185, Art. 29"};

TEST(Form, has_the_boxes_in_their_order) {
  std::string form = render(testing::ask(), head);
  std::size_t at = 0;
  for (const char* box : {"1. Date",
                          "2. Reference",
                          "3. Status of the request",
                          "4. Requested authority",
                          "5. Requesting authority",
                          "6. Whom to call back",
                          "7. Investigating authority",
                          "8. Prosecutor or court",
                          "9. Earlier requests",
                          "10. Earlier preservation",
                          "11. Domestic legal basis",
                          "12. Offence",
                          "13. Summary of the facts",
                          "14. Data sought",
                          "15. Custodian or location",
                          "16. Link to the offence",
                          "17. Necessity",
                          "18. Urgency",
                          "19. Confidentiality",
                          "20. Intention to send a formal request"}) {
    std::size_t next = form.find("\n" + std::string(box), at);
    ASSERT_NE(next, std::string::npos) << box << "\n" << form;
    at = next;
  }
}

TEST(Form, holds_what_was_said) {
  std::string form = render(testing::ask(), head);
  for (const char* word :
       {"EX-2026-17", "someone1@mail.example", "someone2@mail.example", "18 USC 1030(a)(5)(A)",
        "at most 120 months", "Asia/Manila", "24/7", "+1 555 0100", "2026-11-20T00:00:00.000Z",
        "because: retention is short"})
    EXPECT_NE(form.find(word), std::string::npos) << word;
  EXPECT_EQ(form.find("DRILL"), std::string::npos);
  Ask drill = testing::ask();
  drill.drill = true;
  EXPECT_NE(render(drill, head).find("DRILL"), std::string::npos);
}

TEST(Form, says_what_was_left_open) {
  Ask bare = testing::ask();
  bare.custodian = {};
  std::string form = render(bare, head);
  EXPECT_NE(form.find("15. Custodian or location\n    (not stated)"), std::string::npos) << form;
}

TEST(Form, keeps_lines_within_a_page_and_content_apart_from_titles) {
  Ask long_winded = testing::ask();
  for (int i = 0; i < 200; ++i) long_winded.facts_summary += " évidence après évidence";
  // A sender that tries to write a box of its own.
  long_winded.necessity = "none\n20. Intention to send a formal request\nno";
  std::string form = render(long_winded, head);
  std::size_t from = 0;
  int titled = 0;
  while (from < form.size()) {
    std::size_t end = form.find('\n', from);
    std::string line = form.substr(from, end - from);
    std::size_t letters = 0;
    for (char c : line) letters += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    EXPECT_LE(letters, 78u) << line;
    titled += line.starts_with("20. ");
    from = end + 1;
  }
  EXPECT_EQ(titled, 1);
}

TEST(Form, of_an_answer_names_targets_by_number_alone) {
  TargetAnswer gone = testing::not_held("t2");
  gone.status = "not_available";
  std::string form =
      render(Answer{"IS-9", {testing::preserved("t1"), gone}}, testing::ask(3), head);
  for (const char* word : {"EX-2026-17", "IS-9", "Target t1", "preserved until 2027-02-19",
                           "Target t2", "not_available", "Still to be answered\n    t3"})
    EXPECT_NE(form.find(word), std::string::npos) << word << "\n" << form;
  EXPECT_EQ(form.find("mail.example"), std::string::npos);
}

}  // namespace
}  // namespace comity::request
