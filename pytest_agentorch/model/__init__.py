"""The words that everything speaks. Pure: knows no pytest, no execnet, no file, no clock."""
