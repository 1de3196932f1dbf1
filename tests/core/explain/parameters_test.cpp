#include "core/explain/parameters.h"

#include <gtest/gtest.h>

#include <limits>

namespace filterlens {
namespace {

std::vector<ParameterSpec> specs() {
  return {{.id = "weight",
           .label = "Weight",
           .help = "A number.",
           .minimum = 0.25,
           .maximum = 2,
           .fallback = 0.5,
           .choices = {}},
          {.id = "heads", .label = "Heads", .help = "A choice.", .choices = {"mean", "max"}}};
}

TEST(Parameters, DefaultsAreFilledIn) {
  const auto complete = completeParameters(specs(), {});
  ASSERT_TRUE(complete);
  EXPECT_EQ(complete->number("weight"), 0.5);
  EXPECT_EQ(complete->choice("heads"), "mean");
}

TEST(Parameters, GivenValuesStay) {
  Parameters given;
  given.set("weight", 2.0);
  given.set("heads", "max");
  const auto complete = completeParameters(specs(), given);
  ASSERT_TRUE(complete);
  EXPECT_EQ(*complete, given);
}

TEST(Parameters, WrongValuesGetASentence) {
  const auto sentenceFor = [](const Parameters& given) {
    const auto complete = completeParameters(specs(), given);
    return complete ? std::string("accepted") : complete.error().sentence;
  };
  Parameters unknown;
  unknown.set("wieght", 1.0);
  EXPECT_EQ(sentenceFor(unknown),
            "There is no parameter \"wieght\"; this method takes: weight, heads.");
  Parameters outOfRange;
  outOfRange.set("weight", 2.5);
  EXPECT_EQ(sentenceFor(outOfRange),
            "Parameter \"weight\" takes a number from 0.25 to 2; it was given 2.5.");
  Parameters notANumber;
  notANumber.set("weight", std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(sentenceFor(notANumber),
            "Parameter \"weight\" takes a number from 0.25 to 2; it was given nan.");
  Parameters noSuchChoice;
  noSuchChoice.set("heads", "median");
  EXPECT_EQ(sentenceFor(noSuchChoice),
            "Parameter \"heads\" takes one of: mean, max; it was given \"median\".");
  Parameters numberForChoice;
  numberForChoice.set("heads", 1.0);
  EXPECT_EQ(sentenceFor(numberForChoice),
            "Parameter \"heads\" takes one of: mean, max; it was given 1.");
  Parameters choiceForNumber;
  choiceForNumber.set("weight", "max");
  EXPECT_EQ(sentenceFor(choiceForNumber),
            "Parameter \"weight\" takes a number from 0.25 to 2; it was given \"max\".");
}

TEST(Parameters, AMethodWithoutParametersSaysSo) {
  Parameters given;
  given.set("weight", 1.0);
  const auto complete = completeParameters({}, given);
  ASSERT_FALSE(complete);
  EXPECT_EQ(complete.error().sentence, "There is no parameter \"weight\"; this method takes none.");
}

TEST(Parameters, AssignmentsAreRead) {
  Parameters parameters;
  ASSERT_TRUE(parseParameter(specs(), "weight=0.75", parameters));
  ASSERT_TRUE(parseParameter(specs(), "heads=max", parameters));
  EXPECT_EQ(parameters.number("weight"), 0.75);
  EXPECT_EQ(parameters.choice("heads"), "max");
}

TEST(Parameters, WrongAssignmentsGetASentenceAndChangeNothing) {
  Parameters parameters;
  for (const char* wrong : {"", "weight", "=1", "weight=", "weight=1x", "weight=nan", "weight=0.1",
                            "weight=1,5", "heads=", "heads=Mean", "colour=red"}) {
    const auto read = parseParameter(specs(), wrong, parameters);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().sentence.back(), '.') << wrong;
  }
  EXPECT_EQ(parameters, Parameters{});
}

}  // namespace
}  // namespace filterlens
