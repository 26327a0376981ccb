# déjà vu, said the cat
def greet(name):
    return shout(name)
