import os

AT_IMPORT = os.environ.get("CANARY_ONE")
