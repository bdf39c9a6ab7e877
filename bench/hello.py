"""The least that the framework can do: what a page costs above this is ours."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "hello"
