Feature: Basket
  Things are put into a basket.

  Background:
    Given an empty basket

  Scenario: One thing
    When I put 1 apple into it
    Then there are 1 things in it

  @wip
  Scenario: Too few
    When I put 2 pears into it
    Then there are 3 things in it

  Scenario Outline: Many things
    When I put <number> <thing> into it
    Then there are <number> things in it

    Examples:
      | number | thing  |
      | 3      | apples |
      | 4      | pears  |

  Scenario: A step that is not there
    When I do what nobody knows
