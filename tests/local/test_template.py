"""The root template as the deployer reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.child import ROOT
from local.errors import LocalError
from local.template import Root, read

PSEUDO = {"AWS::Region": "eu-west-1", "AWS::AccountId": "000000000000", "AWS::StackName": "root"}
TEXT = """
Parameters:
  Prefix: {Type: String, Default: telemetra}
  Loud: {Type: String, Default: "true"}
  Since: {Type: String, Default: 2010-09-09}
Conditions:
  IsLoud: !Equals [!Ref Loud, "true"]
  IsQuiet: !Not [!Condition IsLoud]
  Either: !Or [!Condition IsLoud, !Condition IsQuiet]
  Both: !And [!Condition IsLoud, !Condition IsQuiet]
Resources:
  Second:
    Type: AWS::Serverless::Application
    Properties:
      Location: ./second.yaml
      Parameters:
        Arn: !GetAtt First.Outputs.Arn
        Name: !Sub "${Prefix}-${AWS::Region}-${First.Outputs.Arn}-${!Kept}"
        Given: !Sub ["${Own}/${Prefix}", {Own: !GetAtt First.Outputs.Arn}]
        Mode: !If [IsQuiet, quiet, !Ref AWS::NoValue]
        List: [!Join ["-", [a, !Ref Prefix]], !Select [1, [x, y]]]
  First:
    Type: AWS::Serverless::Application
    Properties: {Location: ./first.yaml}
  Third:
    Type: AWS::Serverless::Application
    Condition: IsQuiet
    DependsOn: Second
    Properties: {Location: ./third.yaml}
Outputs:
  Arn: {Value: !GetAtt First.Outputs.Arn}
  Hidden: {Condition: IsQuiet, Value: never}
"""


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """The template above, with the first stack deployed."""
    path = tmp_path / "template.yaml"
    path.write_text(TEXT)
    loaded = Root.load(path, {"Unknown": "left out"}, PSEUDO)
    loaded.outputs["First"] = {"Arn": "arn:first"}
    return loaded


def test_a_stack_comes_after_those_whose_outputs_it_reads(root: Root) -> None:
    assert [stack.logical_id for stack in root.nested()] == ["First", "Second"]


def test_a_stack_whose_condition_holds_comes_after_those_it_depends_on(root: Root) -> None:
    root.parameters["Loud"] = "false"
    assert [stack.logical_id for stack in root.nested()] == ["First", "Second", "Third"]


def test_references_become_what_they_stand_for(root: Root) -> None:
    second = root.nested()[1]
    assert root.resolved_parameters(second) == {
        "Arn": "arn:first",
        "Name": "telemetra-eu-west-1-arn:first-${Kept}",
        "Given": "arn:first/telemetra",
        "List": "a-telemetra,y",
    }


def test_conditions_combine(root: Root) -> None:
    names = ("IsLoud", "IsQuiet", "Either", "Both")
    assert [root.condition(name) for name in names] == [True, False, True, False]


def test_a_date_stays_the_text_it_was(root: Root) -> None:
    assert root.parameters["Since"] == "2010-09-09"


def test_an_output_whose_condition_fails_is_left_out(root: Root) -> None:
    assert root.resolved_outputs() == {"Arn": "arn:first"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("First.Outputs.Nope", "First has no output Nope"),
        ("Absent.Outputs.Arn", "Absent has no output Arn"),
    ],
)
def test_a_missing_output_is_named(root: Root, change: str, sentence: str) -> None:
    with pytest.raises(LocalError, match=sentence):
        root.resolve({"Fn::GetAtt": change.split(".", 1)})


def test_an_unknown_name_is_refused(root: Root) -> None:
    with pytest.raises(LocalError, match="Nope is neither a parameter"):
        root.resolve({"Ref": "Nope"})


def test_stacks_that_need_each_other_are_refused(root: Root) -> None:
    root.body["Resources"]["First"]["DependsOn"] = ["Second"]
    with pytest.raises(LocalError, match="need each other"):
        root.nested()


def test_a_resource_that_is_no_stack_is_refused(root: Root) -> None:
    root.body["Resources"]["Queue"] = {"Type": "AWS::SQS::Queue"}
    with pytest.raises(LocalError, match="Queue is a AWS::SQS::Queue"):
        root.nested()


def test_a_parameter_without_a_value_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Parameters: {Needed: {Type: String}}\nResources: {}\n")
    with pytest.raises(LocalError, match="Needed has no default"):
        Root.load(path, {}, PSEUDO)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"absent\.yaml cannot be read"):
        read(tmp_path / "absent.yaml")


def test_every_nested_stack_of_the_product_is_reached() -> None:
    product = Root.load(ROOT / "template.yaml", {}, PSEUDO)
    names = [stack.logical_id for stack in product.nested()]
    assert sorted(names) == sorted(product.body["Resources"])
    assert names.index("Stream") < names.index("Compute") < names.index("Serve") < names.index("Web")
